#include "tenants.hpp"

#include <souk/sdk/crypto.hpp>

#include <array>
#include <random>

namespace souk::web::test {

namespace {

constexpr unsigned kSeed = 20261121;
constexpr int kRounds = 3;  ///< per operation, role and direction
constexpr std::array kRoles{"admin", "operator", "viewer", "agent"};

}  // namespace

/// Asks every GET of the document with whatever of the other store an attacker could have come by:
/// its ids, its cursors, its words, mixed with nonsense. The seed makes a failure come again.
class GetFuzzTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetFuzzTest);
    CPPUNIT_TEST(noGetShowsARowOfTheOtherStore);
    CPPUNIT_TEST(noStreamShowsAnEventOfTheOtherStore);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>(HubOptions{16, 200ms, 1000, {}});
        alpha_ = filled(*hub_, "alpha");
        bravo_ = filled(*hub_, "bravo");
        for (const auto* tenant : {&alpha_, &bravo_})
            for (const auto& list : lists()) {
                const auto answer = hub_->get(list + "?limit=1", tenant->token);
                if (answer.status != 200) continue;
                const auto cursor = jsonOf(answer).textOr("next_cursor", "");
                if (!cursor.empty()) cursors_[tenant->mark].push_back(cursor);
            }
        CPPUNIT_ASSERT(!cursors_["alpha"].empty() && !cursors_["bravo"].empty());
    }
    void tearDown() override { hub_.reset(); }

    void noGetShowsARowOfTheOtherStore() {
        int asked = 0;
        int answered = 0;
        std::map<std::pair<std::string, std::string>, std::string> tokens;  // by mark and role
        for (const auto* self : {&alpha_, &bravo_})
            for (const auto* role : kRoles)
                tokens[{self->mark, role}] = hub_->token(role, self->store);
        for (const auto& operation : Document::instance().operations()) {
            if (operation.method != "GET" || operation.path == "/api/v1/events") continue;
            for (const auto* self : {&alpha_, &bravo_}) {
                const auto& foreign = self == &alpha_ ? bravo_ : alpha_;
                for (const auto* role : kRoles) {
                    const auto& token = tokens.at({self->mark, role});
                    for (int round = 0; round < kRounds; ++round, ++asked) {
                        const auto target = targetOf(operation, *self, foreign);
                        const auto answer = hub_->get(target, token);
                        answered += answer.status == 200 ? 1 : 0;
                        CPPUNIT_ASSERT_MESSAGE(std::to_string(kSeed) + ": " + target + " as " +
                                                   self->mark + " shows " + foreign.mark + "\n" +
                                                   answer.text,
                                               !showsAnythingOf(foreign, answer));
                    }
                }
            }
        }
        CPPUNIT_ASSERT(asked > 500);
        CPPUNIT_ASSERT(answered > asked / 8);  // a fuzz that is only refused shows nothing
    }

    void noStreamShowsAnEventOfTheOtherStore() {
        int streams = 0;
        int refusals = 0;
        for (const auto& query :
             {std::string(),
              "?integration_id=" + bravo_.shop.text(),
              std::string("?after=0"),
              "?store_id=" + bravo_.store.text(),
              "?after=" + cursors_["bravo"].front(),
              std::string("?kinds=product.updated,order.created,integration.connected")}) {
            RawHttp client(hub_->server->port());
            client.send(hub_->bytesOf({"GET", "/api/v1/events" + query, alpha_.token, {}, {}}));
            const auto head = client.read(RawHttp::kPatience, true);
            (head.status == 200 ? streams : refusals) += 1;
            RawAnswer answer;
            answer.text =
                head.text + (head.status == 200 ? heard(client, query) : bodyAfter(client, head));
            CPPUNIT_ASSERT_MESSAGE(query + "\n" + answer.text, !showsAnythingOf(bravo_, answer));
        }
        CPPUNIT_ASSERT(streams >= 2 && refusals >= 2);
    }

private:
    /// What the listener hears while something happens in both stores; without a filter its own
    /// store's news is there for certain.
    std::string heard(RawHttp& client, const std::string& query) {
        hub_->take(bravo_.store,
                   bravo_.shop,
                   {souk::test::customerOf("bravo-late" + query, ++version_, "b@shop.test")});
        hub_->take(alpha_.store,
                   alpha_.shop,
                   {souk::test::customerOf("alpha-late" + query, ++version_, "a@shop.test")});
        std::string text;
        int beats = 0;
        while (beats++ < 3 || (query.empty() && !contains(text, alpha_.shop.text()))) {
            CPPUNIT_ASSERT_MESSAGE("its own news do not come:\n" + text, beats < 1000);
            text += client.readBytes(1);
        }
        return text;
    }
    static std::string bodyAfter(RawHttp& client, const RawAnswer& head) {
        return client.readBytes(
            std::stoul(std::string(sdk::valueOf(head.headers, "Content-Length"))));
    }

    std::size_t below(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
    }
    bool sometimes(int percent) { return below(100) < static_cast<std::size_t>(percent); }
    template <class T>
    const T& oneOf(const std::vector<T>& all) {
        return all[below(all.size())];
    }

    std::string nonsense() {
        static const std::vector<std::string> kAll{"",
                                                   "'",
                                                   "' OR '1'='1",
                                                   "%",
                                                   "_",
                                                   "..",
                                                   "*",
                                                   "null",
                                                   "00000000-0000-0000-0000-000000000000",
                                                   "-1",
                                                   "99999999999999999999",
                                                   "\xF0\x9F\x9B\x92",
                                                   "a\\"};
        return oneOf(kAll);
    }
    /// Something of either store, the other one's more often.
    std::string idOf(const Tenant& self, const Tenant& foreign) {
        const auto& tenant = sometimes(70) ? foreign : self;
        std::vector<std::string> ids{tenant.store.text(), tenant.shop.text()};
        for (const auto& [list, id] : tenant.ids) ids.push_back(id);
        return sometimes(10) ? core::newId().text() : oneOf(ids);
    }
    std::string cursorOf(const Tenant& self, const Tenant& foreign) {
        auto cursor = oneOf(cursors_[(sometimes(70) ? foreign : self).mark]);
        if (sometimes(30)) cursor[below(cursor.size())] = "Ab0-_"[below(5)];
        if (sometimes(10)) cursor.resize(below(cursor.size()));
        return cursor;
    }
    std::string wordOf(const std::string& name, const Tenant& self, const Tenant& foreign) {
        const auto& mark = (sometimes(70) ? foreign : self).mark;
        if (name == "limit") return oneOf(std::vector<std::string>{"1", "2", "250", "0", "x"});
        if (name == "cursor" || name == "after") return cursorOf(self, foreign);
        if (name.ends_with("id")) return idOf(self, foreign);
        if (name == "since" || name.ends_with("_since") || name.ends_with("_from"))
            return oneOf(std::vector<std::string>{"2000-01-01T00:00:00Z", "yesterday"});
        if (name.ends_with("until")) return "2100-01-01T00:00:00Z";
        if (name == "email") return mark + "@shop.test";
        return oneOf(std::vector<std::string>{mark,
                                              mark + "-product",
                                              mark + "-customer",
                                              mark + "-event",
                                              "#" + mark,
                                              "product",
                                              "true",
                                              "active",
                                              "paid",
                                              "waiting",
                                              "webhook",
                                              "created"});
    }
    std::string targetOf(const Document::Operation& operation,
                         const Tenant& self,
                         const Tenant& foreign) {
        auto path = operation.path;
        for (auto brace = path.find('{'); brace != std::string::npos; brace = path.find('{')) {
            const auto end = path.find('}');
            auto value = path.substr(brace, end - brace) == "{platform" ? std::string("example")
                                                                        : idOf(self, foreign);
            if (sometimes(5)) value = nonsense() + "x";
            path.replace(brace, end - brace + 1, sdk::percentEncode(value));
        }
        std::string query;
        const auto add = [&](const std::string& name, const std::string& value) {
            query += (query.empty() ? "?" : "&") + name + "=" + sdk::percentEncode(value);
        };
        if (operation.object->isArray("parameters")) {
            const auto parameters = operation.object->getArray("parameters");
            for (unsigned i = 0; i < parameters->size(); ++i) {
                const auto parameter = Document::instance().resolved(parameters->getObject(i));
                if (parameter->getValue<std::string>("in") != "query" || !sometimes(25)) continue;
                const auto name = parameter->getValue<std::string>("name");
                add(name, sometimes(5) ? nonsense() : wordOf(name, self, foreign));
            }
        }
        if (sometimes(10)) add("store_id", foreign.store.text());  // twice, or not asked for
        return path + query;
    }

    std::mt19937 random_{kSeed};
    std::unique_ptr<ApiHub> hub_;
    Tenant alpha_;
    Tenant bravo_;
    std::map<std::string, std::vector<std::string>> cursors_;
    int version_ = 10;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetFuzzTest);

}  // namespace souk::web::test
