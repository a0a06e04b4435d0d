#include "web/router.hpp"

#include "host/net/fake_time.hpp"
#include "store/api_tokens.hpp"
#include "support/raw_http.hpp"
#include "support/test_database.hpp"
#include "web/front/problem.hpp"
#include "web/front/server.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <latch>
#include <sstream>
#include <stdexcept>

namespace souk::web {

using namespace std::chrono_literals;

class RouterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RouterTest);
    CPPUNIT_TEST(whatIsNotThereIs404);
    CPPUNIT_TEST(anotherMethodIs405WithThoseThereAre);
    CPPUNIT_TEST(headIsGetWithoutItsBody);
    CPPUNIT_TEST(parametersOfThePathAreDecoded);
    CPPUNIT_TEST(aLiteralGoesBeforeAParameterThatWasAddedLater);
    CPPUNIT_TEST(protectedRoutesNeedAToken);
    CPPUNIT_TEST(rolesAreChecked);
    CPPUNIT_TEST(publicRoutesLookAtNoToken);
    CPPUNIT_TEST(failuresBecomeProblemsAndTellNothingInside);
    CPPUNIT_TEST(aBrokenQueryIsRefusedBeforeTheHandler);
    CPPUNIT_TEST(aFullPoolIs503);
    CPPUNIT_TEST(aDirectRouteNeedsNoWorker);
    CPPUNIT_TEST(aStreamMayStillBeRefused);
    CPPUNIT_TEST(onlyPostsOfKnownCallersAreRepeatable);
    CPPUNIT_TEST(requestsAreCountedByPattern);
    CPPUNIT_TEST(theCommandLineCallsWithoutToken);
    CPPUNIT_TEST(routesAreListed);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        authenticator_ = std::make_unique<Authenticator>(*database_, time_);
        idempotency_ = std::make_unique<Idempotency>(*database_, vault_, time_);
        test::insertVaultKey(*database_);
        pool_ = std::make_unique<WorkerPool>(1, 1);
        router_ = std::make_unique<Router>(*authenticator_, *idempotency_, *pool_, log_, metrics_);
        logged_.clear();
    }
    void tearDown() override {
        if (server_) server_->stop(0ms);
        pool_->stop();
        server_.reset();
    }

    void whatIsNotThereIs404() {
        router_->add("GET", "/a/{x}", Access::Public, says("a"));
        for (const auto* path : {"/", "/b", "/a", "/a/", "/a/1/2", "/a//", "/A/1"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, ask("GET", path).status);
    }
    void anotherMethodIs405WithThoseThereAre() {
        router_->add("GET", "/a", Access::Public, says("a"));
        router_->add("POST", "/a", Access::Public, says("a"));
        const auto answer = ask("DELETE", "/a");
        CPPUNIT_ASSERT_EQUAL(405, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("GET, POST"),
                             std::string(sdk::valueOf(answer.headers, "Allow")));
    }
    void headIsGetWithoutItsBody() {
        router_->add("GET", "/a", Access::Public, says("whole"));
        auto client = connected();
        client.send("HEAD /a HTTP/1.1\r\nHost: hub.test\r\n\r\n");
        const auto answer = client.read(support::RawHttp::kPatience, true);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("5"),
                             std::string(sdk::valueOf(answer.headers, "Content-Length")));
        CPPUNIT_ASSERT_EQUAL(std::string(), answer.body);
    }
    void parametersOfThePathAreDecoded() {
        router_->add("GET", "/a/{x}/b/{y}", Access::Public, [](const Call& call) {
            return Response{200, {}, call.path.at("x") + "|" + call.path.at("y")};
        });
        CPPUNIT_ASSERT_EQUAL(std::string("1/2|ü"), ask("GET", "/a/1%2F2/b/%C3%BC").body);
    }
    void aLiteralGoesBeforeAParameterThatWasAddedLater() {
        router_->add("GET", "/a/all", Access::Public, says("all"));
        router_->add("GET", "/a/{x}", Access::Public, says("one"));
        CPPUNIT_ASSERT_EQUAL(std::string("all"), ask("GET", "/a/all").body);
        CPPUNIT_ASSERT_EQUAL(std::string("one"), ask("GET", "/a/al").body);
    }
    void protectedRoutesNeedAToken() {
        router_->add("GET", "/a", Access::Read, says("a"));
        for (const auto& token : {std::string(), std::string("souk_unknown")}) {
            const auto answer = ask("GET", "/a", token);
            CPPUNIT_ASSERT_EQUAL(401, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("Bearer"),
                                 std::string(sdk::valueOf(answer.headers, "WWW-Authenticate")));
        }
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/a", token("viewer")).status);
    }
    void rolesAreChecked() {
        router_->add("GET", "/read", Access::Read, says(""));
        router_->add("GET", "/operate", Access::Operate, says(""));
        router_->add("GET", "/manage", Access::Manage, says(""));
        const auto statuses = [&](const std::string& role) {
            const auto bearer = token(role);
            std::string all;
            for (const auto* path : {"/read", "/operate", "/manage"})
                all += std::to_string(ask("GET", path, bearer).status) + " ";
            return all;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("200 200 200 "), statuses("admin"));
        CPPUNIT_ASSERT_EQUAL(std::string("200 200 403 "), statuses("operator"));
        CPPUNIT_ASSERT_EQUAL(std::string("200 403 403 "), statuses("viewer"));
        CPPUNIT_ASSERT_EQUAL(std::string("200 403 403 "), statuses("agent"));
    }
    void publicRoutesLookAtNoToken() {
        router_->add("GET", "/a", Access::Public, says("a"));
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/a", "souk_unknown").status);
    }
    void failuresBecomeProblemsAndTellNothingInside() {
        const auto fails = [&](const std::string& path, const std::function<void()>& act) {
            router_->add("GET", path, Access::Public, [act](const Call&) {
                act();
                return Response{};
            });
        };
        fails("/problem", [] { throw Problem(418, "a sentence"); });
        fails("/refusal", [] { throw Failed{{sdk::ErrorKind::NotFound, "gone", {}}}; });
        fails("/away", [] { throw store::Failure("08006", "inside"); });
        fails("/sql", [] { throw store::Failure("42601", "inside"); });
        fails("/bug", [] { throw std::logic_error("inside"); });
        for (const auto& [path, status] : {std::pair{"/problem", 418},
                                           std::pair{"/refusal", 404},
                                           std::pair{"/away", 503},
                                           std::pair{"/sql", 500},
                                           std::pair{"/bug", 500}}) {
            const auto answer = ask("GET", path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, status, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                                 std::string(sdk::valueOf(answer.headers, "Content-Type")));
            CPPUNIT_ASSERT(answer.text.find("inside") == std::string::npos);
        }
        for (const auto* route : {"/away", "/sql", "/bug"})
            CPPUNIT_ASSERT_MESSAGE(route, errors().find(route) != std::string::npos);
        CPPUNIT_ASSERT(errors().find("/problem") == std::string::npos);
    }
    void aBrokenQueryIsRefusedBeforeTheHandler() {
        router_->add("GET", "/a", Access::Public, says("a"));
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "/a?x=1&x=2").status);
    }
    void aFullPoolIs503() {
        std::latch busy(1);
        std::latch release(1);
        router_->add("GET", "/slow", Access::Public, [&](const Call&) {
            busy.count_down();
            release.wait();
            return Response{};
        });
        router_->add("GET", "/a", Access::Public, says("a"));
        auto first = connected();
        first.send(get("/slow"));
        busy.wait();  // the one worker has it; one more may wait
        auto second = connected();
        second.send(get("/a"));
        while (pool_->waiting() == 0) std::this_thread::yield();
        const auto third = ask("GET", "/a");
        CPPUNIT_ASSERT_EQUAL(503, third.status);
        CPPUNIT_ASSERT(third.headers.contains("Retry-After"));
        release.count_down();
        CPPUNIT_ASSERT_EQUAL(200, first.read().status);
        CPPUNIT_ASSERT_EQUAL(200, second.read().status);
    }
    void aDirectRouteNeedsNoWorker() {
        pool_->stop();
        router_->addDirect(
            "POST", "/in/{x}", [](const Request& request, const Values& path, Responder responder) {
                responder.send({200, {}, path.at("x") + request.query + request.body});
            });
        CPPUNIT_ASSERT_EQUAL(std::string("1a=%ff"), ask("POST", "/in/1?a=%ff").body);
    }
    void aStreamMayStillBeRefused() {
        router_->addStream("GET", "/s", Access::Public, [](const Call& call, Responder& responder) {
            if (call.text("no")) throw Problem(409, "no stream");
            responder.stream({200, {}, ""})->write("piece");
        });
        CPPUNIT_ASSERT_EQUAL(std::string("piece"), ask("GET", "/s").body);
        CPPUNIT_ASSERT_EQUAL(409, ask("GET", "/s?no=1").status);
    }
    void onlyPostsOfKnownCallersAreRepeatable() {
        int deeds = 0;
        const auto act = [&](const Call&) { return Response{200, {}, std::to_string(++deeds)}; };
        router_->add("POST", "/do", Access::Operate, act);
        router_->add("DELETE", "/do", Access::Operate, act);
        router_->add("POST", "/open", Access::Public, act);
        const auto bearer = token("admin");
        const auto again = [&](const std::string& method, const std::string& path) {
            return ask(method, path, bearer, "Idempotency-Key: k-" + method + "\r\n").body;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("1"), again("POST", "/do"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), again("POST", "/do"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), again("DELETE", "/do"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), again("DELETE", "/do"));
        CPPUNIT_ASSERT_EQUAL(std::string("4"), again("POST", "/open"));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), again("POST", "/open"));
    }
    void requestsAreCountedByPattern() {
        router_->add("GET", "/a/{x}", Access::Public, says("a"));
        ask("GET", "/a/1");
        ask("GET", "/a/2");
        ask("GET", "/a/3?x=%");
        const auto text = metrics_.text();
        for (const auto* line :
             {R"(souk_http_requests_total{method="GET",route="/a/{x}",status="200"} 2)",
              R"(souk_http_requests_total{method="GET",route="/a/{x}",status="400"} 1)",
              R"(souk_http_request_seconds_count{route="/a/{x}"} 3)"})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(line) != std::string::npos);
    }
    void theCommandLineCallsWithoutToken() {
        router_->add("GET", "/a/{x}", Access::Manage, [](const Call& call) {
            if (call.path.at("x") == "0") throw Problem(400, "no");
            return Response{200, {}, call.caller.role + *call.text("q")};
        });
        router_->addDirect("GET", "/d", [](const Request&, const Values&, Responder) {});
        Request request;
        request.method = "GET";
        request.path = "/a/1";
        request.query = "q=%20x";
        CPPUNIT_ASSERT_EQUAL(std::string("console x"),
                             router_->call(request, {{}, {}, "console"}).body);
        request.path = "/a/0";
        CPPUNIT_ASSERT_EQUAL(400, router_->call(request, {}).status);
        for (const auto* path : {"/d", "/none"}) {
            request.path = path;
            CPPUNIT_ASSERT_EQUAL(404, router_->call(request, {}).status);
        }
    }
    void routesAreListed() {
        router_->add("GET", "/a", Access::Read, says(""));
        router_->addDirect("POST", "/b", [](const Request&, const Values&, Responder) {});
        const auto routes = router_->routes();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), routes.size());
        CPPUNIT_ASSERT(routes[0].pattern == "/a" && routes[0].access == Access::Read);
        CPPUNIT_ASSERT(routes[1].method == "POST" && routes[1].access == Access::Public);
    }

private:
    static Answering says(const std::string& body) {
        return [body](const Call&) { return Response{200, {}, body}; };
    }
    static std::string get(const std::string& path) {
        return "GET " + path + " HTTP/1.1\r\nHost: hub.test\r\n\r\n";
    }
    std::string token(const std::string& role) {
        const auto issued = issueToken();
        store::ApiToken wanted;
        wanted.name = role;
        wanted.role = role;
        auto tx = database_->asWorker();
        store::ApiTokens::create(tx, wanted, issued.hash);
        tx.commit();
        return issued.token;
    }
    /// A client of the server, which starts with the first one: routes are complete by then.
    support::RawHttp connected() {
        if (!server_) {
            server_ = std::make_unique<Server>(
                "127.0.0.1:0", Limits(), [this](Request request, Responder responder) {
                    router_->handle(std::move(request), std::move(responder));
                });
            CPPUNIT_ASSERT(server_->start());
        }
        return support::RawHttp(server_->port());
    }
    support::RawAnswer ask(const std::string& method,
                           const std::string& target,
                           const std::string& bearer = "",
                           const std::string& more = "") {
        auto client = connected();
        client.send(method + " " + target + " HTTP/1.1\r\nHost: hub.test\r\n" +
                    (bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n") +
                    (method == "POST" ? "Content-Length: 0\r\n" : "") + more + "\r\n");
        auto answer = client.read();
        CPPUNIT_ASSERT_MESSAGE(answer.text, answer.complete);
        return answer;
    }
    std::string logged() {
        const std::lock_guard lock(mutex_);
        return logged_;
    }

    std::string errors() {
        std::istringstream lines(logged());
        std::string found;
        for (std::string line; std::getline(lines, line);)
            if (line.find(R"("level":"error")") != std::string::npos) found += line;
        return found;
    }

    net::testing::FakeTime time_;
    vault::Vault vault_ =
        *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'k'))}}, "k001");
    std::mutex mutex_;
    std::string logged_;
    core::Log log_{
        time_, core::Log::Format::Json, sdk::LogLevel::Debug, [this](std::string_view line) {
            const std::lock_guard lock(mutex_);
            logged_.append(line);
        }};
    core::Metrics metrics_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<Authenticator> authenticator_;
    std::unique_ptr<Idempotency> idempotency_;
    std::unique_ptr<WorkerPool> pool_;
    std::unique_ptr<Router> router_;
    std::unique_ptr<Server> server_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(RouterTest);

}  // namespace souk::web
