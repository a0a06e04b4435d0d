#include "api_hub.hpp"

#include "store/changes.hpp"

namespace souk::web::test {

/// The stream of GET /api/v1/events, as a client on the wire sees it.
class ApiEventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiEventsTest);
    CPPUNIT_TEST(anEventArrives);
    CPPUNIT_TEST(aClientComesBackWhereItWas);
    CPPUNIT_TEST(theQueryResumesToo);
    CPPUNIT_TEST(whoComesBackTooLateIsToldSo);
    CPPUNIT_TEST(kindsAndIntegrationAreFiltered);
    CPPUNIT_TEST(otherStoresAreNotHeard);
    CPPUNIT_TEST(theHeartBeats);
    CPPUNIT_TEST(aClientThatLeftGivesItsPlaceBack);
    CPPUNIT_TEST(tooManyClientsAre503);
    CPPUNIT_TEST(stoppingEndsStreamsAndTakesNoMore);
    CPPUNIT_TEST(unfitRequestsAreRefusedBeforeTheStream);
    CPPUNIT_TEST(headHoldsNoPlace);
    CPPUNIT_TEST(aClientThatReadsNothingIsCut);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { begin({}); }
    void tearDown() override { hub_.reset(); }

    void anEventArrives() {
        auto client = listening("");
        tell("product.updated", "product");
        const auto event = until(client, "\n\n", "event: ");
        CPPUNIT_ASSERT_MESSAGE(event, contains(event, "event: product.updated\ndata: {"));
        const auto from = event.find("data: ") + 6;
        const auto data = sdk::Json::parse(event.substr(from, event.find('\n', from) - from));
        CPPUNIT_ASSERT_MESSAGE(event, static_cast<bool>(data));
        CPPUNIT_ASSERT_EQUAL(std::string("product"), data->textOr("entity", ""));
    }
    void aClientComesBackWhereItWas() {
        auto first = listening("");
        tell("product.updated", "product");
        const auto seen = idIn(until(first, "\n\n", "event: "));
        first.reset();
        tell("order.created", "order");
        tell("customer.updated", "customer");
        auto second = listening("", "Last-Event-ID: " + seen + "\r\n");
        const auto missed = until(second, "\n\n", "event: customer.updated");
        CPPUNIT_ASSERT_MESSAGE(missed, contains(missed, "event: order.created"));
        CPPUNIT_ASSERT_MESSAGE(missed, !contains(missed, "product.updated"));
    }
    void theQueryResumesToo() {
        auto first = listening("");
        tell("product.updated", "product");
        const auto seen = idIn(until(first, "\n\n", "event: "));
        tell("order.created", "order");
        auto second = listening("?after=" + seen);
        const auto missed = until(second, "\n\n", "event: order.created");
        CPPUNIT_ASSERT(!contains(missed, "product.updated"));
    }
    void whoComesBackTooLateIsToldSo() {
        auto first = listening("");
        tell("product.updated", "product");
        const auto seen = idIn(until(first, "\n\n", "event: "));
        first.reset();
        tell("order.created", "order");
        {
            auto worker = hub_->database->asWorker();
            const auto later = std::chrono::system_clock::now() + std::chrono::hours(1);
            store::Changes::prune(worker,
                                  std::chrono::time_point_cast<std::chrono::microseconds>(later));
            worker.commit();
        }
        auto second = listening("", "Last-Event-ID: " + seen + "\r\n");
        const auto told = until(second, "\n\n", "event: reset");
        CPPUNIT_ASSERT_MESSAGE(told, contains(told, "no longer kept"));
        CPPUNIT_ASSERT(idIn(told) != seen);
    }
    void kindsAndIntegrationAreFiltered() {
        auto client =
            listening("?kinds=order.,sync.progress&integration_id=" + integration_.text());
        tell("product.updated", "product");
        tell("order.created", "order", hub_->addIntegration(store_, "b"));
        tell("sync.progress", "sync_run");
        tell("order.updated", "order");
        const auto events = until(client, "\n\n", "event: order.updated");
        CPPUNIT_ASSERT_MESSAGE(events, contains(events, "event: sync.progress"));
        CPPUNIT_ASSERT_MESSAGE(events, !contains(events, "product."));
        CPPUNIT_ASSERT_MESSAGE(events, !contains(events, "order.created"));
    }
    void otherStoresAreNotHeard() {
        const auto other = hub_->addStore("other");
        auto client = listening("");
        {
            auto tx = hub_->database->forStore(other);
            store::Changes::add(tx, other, std::nullopt, "other.updated", "product", std::nullopt);
            tx.commit();
        }
        tell("product.updated", "product");
        const auto events = until(client, "\n\n", "event: product.updated");
        CPPUNIT_ASSERT_MESSAGE(events, !contains(events, "other.updated"));
        expectStatus(404, hub_->get("/api/v1/events?store_id=" + other.text(), viewer_));
    }
    void theHeartBeats() {
        begin({16, 20ms});
        auto one = listening("");
        auto two = listening("");
        until(one, ": still here\n\n");
        until(two, ": still here\n\n");
    }
    void aClientThatLeftGivesItsPlaceBack() {
        begin({1, 20ms});
        {
            auto client = listening("");
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), hub_->stream.clients());
            client.reset();
        }
        eventually([&] { return hub_->stream.clients() == 0; });
        listening("");
    }
    void tooManyClientsAre503() {
        begin({2});
        auto one = listening("");
        auto two = listening("");
        const auto refused = expectStatus(503, hub_->get("/api/v1/events", viewer_));
        CPPUNIT_ASSERT_EQUAL(std::string("30"), header(refused, "Retry-After"));
        CPPUNIT_ASSERT(contains(in(refused, "detail"), "web.stream_clients"));
        CPPUNIT_ASSERT_MESSAGE(hub_->metrics.text(),
                               contains(hub_->metrics.text(),
                                        R"({method="GET",route="/api/v1/events",status="503"} 1)"));
        two.reset();
        eventually([&] { return opens(); });
    }
    void stoppingEndsStreamsAndTakesNoMore() {
        auto client = listening("");
        hub_->stream.stop();
        until(client, "0\r\n\r\n");
        expectStatus(503, hub_->get("/api/v1/events", viewer_));
        hub_->stream.stop();
    }
    void unfitRequestsAreRefusedBeforeTheStream() {
        expectStatus(401, hub_->get("/api/v1/events"));
        expectStatus(400, hub_->get("/api/v1/events", hub_->token("viewer")));
        for (const auto* query : {"?after=x", "?since=x", "?integration_id=1", "?after=1-2"})
            expectStatus(400, hub_->get(std::string("/api/v1/events") + query, viewer_));
        expectStatus(400, hub_->get("/api/v1/events", viewer_, {{"Last-Event-ID", "none"}}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), hub_->stream.clients());
    }
    void headHoldsNoPlace() {
        begin({1});
        auto client = RawHttp(hub_->server->port());
        client.send("HEAD /api/v1/events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + viewer_ +
                    "\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(200, client.read(RawHttp::kPatience, true).status);
        listening("");
    }
    void aClientThatReadsNothingIsCut() {
        constexpr int kSmallest = 2048;
        RawHttp client(hub_->server->port(), kSmallest);
        client.send(request(""));
        eventually([&] { return hub_->stream.clients() == 1; });
        // More than its buffers hold, in few transactions: each event is some 200 bytes.
        for (int i = 0; i < 40; ++i) {
            auto tx = hub_->database->forStore(store_);
            tx.query(kManyChanges, store_);
            tx.commit();
        }
        eventually([&] {
            hub_->feed.turn();
            auto probe = RawHttp(hub_->server->port());
            probe.send(request(""));
            probe.readBytes(1);
            return hub_->stream.clients() <= 1;  // the probe's own place; it frees those gone
        });
    }

private:
    static constexpr std::string_view kManyChanges = R"sql(
INSERT INTO change (store_id, id, kind, entity)
SELECT $1, gen_random_uuid(), 'product.updated', 'product' FROM generate_series(1, 500)
)sql";

    void begin(const HubOptions& options) {
        hub_ = std::make_unique<ApiHub>(options);
        store_ = hub_->addStore("mine");
        integration_ = hub_->addIntegration(store_);
        viewer_ = hub_->token("viewer", store_);
    }
    std::string request(const std::string& query, const std::string& more = "") const {
        return "GET /api/v1/events" + query +
               " HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer " + viewer_ + "\r\n" + more +
               "\r\n";
    }
    /// A client whose stream has begun.
    RawHttp listening(const std::string& query, const std::string& more = "") {
        RawHttp client(hub_->server->port());
        client.send(request(query, more));
        // What it missed may come with the head, in one go.
        const auto head = client.readThrough("retry: 2000\n\n");
        CPPUNIT_ASSERT_MESSAGE(head, contains(head, "retry: 2000\n\n"));
        CPPUNIT_ASSERT_MESSAGE(head, contains(head, "Content-Type: text/event-stream"));
        return client;
    }
    bool opens() {
        RawHttp client(hub_->server->port());
        client.send(request(""));
        return contains(client.readBytes(1), "HTTP/1.1 200");
    }
    void tell(std::string_view kind,
              std::string_view entity,
              const std::optional<core::Uuid>& integration = std::nullopt) {
        auto tx = hub_->database->forStore(store_);
        store::Changes::add(
            tx, store_, integration ? integration : integration_, kind, entity, core::newId());
        tx.commit();
    }
    /// What the client reads until `mark` stands somewhere after `start`.
    static std::string until(RawHttp& client,
                             const std::string& mark,
                             const std::string& start = "") {
        std::string read;
        const auto deadline = std::chrono::steady_clock::now() + RawHttp::kPatience;
        for (;;) {
            const auto from = read.find(start);
            if (from != std::string::npos && read.find(mark, from) != std::string::npos)
                return read;
            CPPUNIT_ASSERT_MESSAGE("never came: " + mark + "; only " + read,
                                   std::chrono::steady_clock::now() < deadline);
            read += client.readBytes(1, 1s);
        }
    }
    static std::string idIn(const std::string& event) {
        const auto from = event.find("id: ") + 4;
        return event.substr(from, event.find('\n', from) - from);
    }
    template <class Condition>
    static void eventually(const Condition& condition) {
        const auto deadline = std::chrono::steady_clock::now() + RawHttp::kPatience;
        while (!condition()) CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
    }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    core::Uuid integration_;
    std::string viewer_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiEventsTest);

}  // namespace souk::web::test
