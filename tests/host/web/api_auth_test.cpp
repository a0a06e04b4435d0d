#include "api_hub.hpp"

namespace souk::web::test {

/// The two addresses that a browser is sent to.
class ApiAuthTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiAuthTest);
    CPPUNIT_TEST(aBrowserConnectsAnAccount);
    CPPUNIT_TEST(theTicketIsGoodOnce);
    CPPUNIT_TEST(anotherBrowserIsRefused);
    CPPUNIT_TEST(aStateIsUsedUpByTheFirstCall);
    CPPUNIT_TEST(refusalsArePagesWithTheReasonAndItsStatus);
    CPPUNIT_TEST(whatThePlatformSaysCannotBecomeMarkup);
    CPPUNIT_TEST(pagesRunNothingAndAreKeptNowhere);
    CPPUNIT_TEST(aQueryThatCannotBeReadIsAProblem);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        store_ = hub_->addStore("mine");
        admin_ = hub_->token("admin", store_);
        const auto made =
            hub_->post("/api/v1/integrations",
                       admin_,
                       R"({"platform":"example","config":{"shop":"a.example.test"}})");
        id_ = in(expectStatus(201, made), "id");
    }
    void tearDown() override { hub_.reset(); }

    void aBrowserConnectsAnAccount() {
        const auto opened = expectStatus(302, hub_->get(startPath()));
        CPPUNIT_ASSERT(header(opened, "Location").starts_with("https://platform.test/authorize?"));
        const auto cookie = header(opened, "Set-Cookie");
        CPPUNIT_ASSERT_MESSAGE(cookie,
                               contains(cookie, "HttpOnly") && contains(cookie, "SameSite=Lax") &&
                                   contains(cookie, "Secure") &&
                                   contains(cookie, "Path=/api/auth"));
        const auto page = expectStatus(200, back(opened));
        CPPUNIT_ASSERT(contains(page.body, "<h1>Connected</h1>"));
        CPPUNIT_ASSERT_MESSAGE(header(page, "Set-Cookie"),
                               contains(header(page, "Set-Cookie"), "Max-Age=0"));
        const auto row = hub_->get("/api/v1/integrations/" + id_, admin_);
        CPPUNIT_ASSERT_EQUAL(std::string("connected"), in(row, "status"));
        CPPUNIT_ASSERT_EQUAL(std::string("account-9"),
                             jsonOf(row).at("account").textOr("external_id", ""));
        CPPUNIT_ASSERT_EQUAL(1, hub_->firstSyncs);
        CPPUNIT_ASSERT(!contains(page.text + row.text, "platform-access-token"));
    }
    void theTicketIsGoodOnce() {
        const auto path = startPath();
        expectStatus(302, hub_->get(path));
        expectStatus(422, hub_->get(path));
        for (const auto* ticket : {"?ticket=", "", "?ticket=%00", "?ticket=abc"})
            expectStatus(422, hub_->get(std::string("/api/auth/example/start") + ticket));
        const auto expired = startPath();
        hub_->time.advance(10min + 1s);
        expectStatus(422, hub_->get(expired));
    }
    void anotherBrowserIsRefused() {
        const auto opened = hub_->get(startPath());
        const auto page = expectStatus(422, hub_->get(callbackPath(opened)));
        CPPUNIT_ASSERT_MESSAGE(page.body, contains(page.body, "another browser"));
        CPPUNIT_ASSERT_EQUAL(0, hub_->firstSyncs);
    }
    void aStateIsUsedUpByTheFirstCall() {
        const auto opened = hub_->get(startPath());
        hub_->get(callbackPath(opened));  // without the cookie
        expectStatus(422, back(opened));
        expectStatus(422, hub_->get("/api/auth/example/callback?state=unknown"));
        expectStatus(422, hub_->get("/api/auth/example/callback"));
    }
    void refusalsArePagesWithTheReasonAndItsStatus() {
        using Kind = sdk::ErrorKind;
        for (const auto& [kind, status] : {std::pair{Kind::Unauthorized, 409},
                                           std::pair{Kind::Rejected, 422},
                                           std::pair{Kind::RateLimited, 429},
                                           std::pair{Kind::Transient, 503},
                                           std::pair{Kind::BadPayload, 502},
                                           std::pair{Kind::Bug, 500}}) {
            hub_->platform->flow.completeError = sdk::Error{kind, "the platform says no"};
            const auto page = expectStatus(status, back(hub_->get(startPath())));
            CPPUNIT_ASSERT(header(page, "Content-Type").starts_with("text/html"));
            CPPUNIT_ASSERT(contains(page.body, "<h1>Not connected</h1>"));
            CPPUNIT_ASSERT(contains(page.body, "the platform says no"));
        }
        hub_->platform->flow.completeError.reset();
        hub_->platform->flow.grant.scopes = {"read_products"};
        const auto page = expectStatus(422, back(hub_->get(startPath())));
        CPPUNIT_ASSERT_MESSAGE(page.body, contains(page.body, "read_orders"));
        const auto other = startPath();
        expectStatus(
            422,
            hub_->get("/api/auth/other" + other.substr(std::string("/api/auth/example").size())));
    }
    void whatThePlatformSaysCannotBecomeMarkup() {
        const auto connected = expectStatus(200, back(hub_->get(startPath())));
        CPPUNIT_ASSERT_MESSAGE(connected.body,
                               contains(connected.body, "Shop &lt;nine&gt; &amp; sons"));
        hub_->platform->flow.completeError =
            sdk::Error{sdk::ErrorKind::Rejected, "<script>alert('\"1\"')</script>&"};
        const auto page = expectStatus(422, back(hub_->get(startPath())));
        CPPUNIT_ASSERT_MESSAGE(
            page.body,
            contains(page.body,
                     "&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)&lt;/script&gt;&amp;"));
        CPPUNIT_ASSERT(!contains(page.body, "<script"));
    }
    void pagesRunNothingAndAreKeptNowhere() {
        const auto opened = hub_->get(startPath());
        for (const auto& page : {back(opened), hub_->get("/api/auth/example/callback?state=x")}) {
            const auto policy = header(page, "Content-Security-Policy");
            CPPUNIT_ASSERT(policy.starts_with("default-src 'none';"));
            CPPUNIT_ASSERT(contains(policy, "frame-ancestors 'none'"));
            CPPUNIT_ASSERT_EQUAL(std::string("no-referrer"), header(page, "Referrer-Policy"));
            CPPUNIT_ASSERT_EQUAL(std::string("no-store"), header(page, "Cache-Control"));
            CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), header(page, "X-Content-Type-Options"));
            for (const auto* part : {"<script", "style=", "src=", "href=", " on"})
                CPPUNIT_ASSERT_MESSAGE(part, !contains(tags(page.body), part));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), header(opened, "Cache-Control"));
    }
    void aQueryThatCannotBeReadIsAProblem() {
        for (const auto* target : {"/api/auth/example/start?ticket=1&ticket=2",
                                   "/api/auth/example/start?tikket=1",
                                   "/api/auth/example/callback?state=1&state=2",
                                   "/api/auth/example/callback?state=%zz"})
            CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                                 header(expectStatus(400, hub_->get(target)), "Content-Type"));
    }

private:
    /// The path of a fresh connect address.
    std::string startPath() {
        const auto url =
            in(expectStatus(200, hub_->post("/api/v1/integrations/" + id_ + "/connect", admin_)),
               "connect_url");
        return url.substr(std::string("https://hub.test").size());
    }
    /// Where the platform would send the browser that `opened` told it of.
    static std::string callbackPath(const RawAnswer& opened) {
        const auto url = header(opened, "Location");
        const auto from = url.find("state=") + 6;
        return "/api/auth/example/callback?code=1&state=" +
               url.substr(from, url.find('&', from) - from);
    }
    RawAnswer back(const RawAnswer& opened) {
        const auto cookie = header(opened, "Set-Cookie");
        return hub_->get(
            callbackPath(opened), "", {{"Cookie", "a=b; " + cookie.substr(0, cookie.find(';'))}});
    }
    /// What stands inside angle brackets.
    static std::string tags(const std::string& html) {
        std::string inside;
        bool within = false;
        for (const char c : html) {
            if (c == '<') within = true;
            if (within) inside += c;
            if (c == '>') within = false;
        }
        return inside;
    }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    std::string admin_;
    std::string id_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiAuthTest);

}  // namespace souk::web::test
