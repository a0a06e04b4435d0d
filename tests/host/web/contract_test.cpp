#include "api_hub.hpp"

#include <algorithm>

namespace souk::web::test {

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

bool isProtected(const Document::Operation& operation) {
    return !operation.object->has("security");
}

bool isStream(const Document::Operation& operation) {
    return operation.path == "/api/v1/events";
}

/// The operation's address with `id` wherever one is wanted.
std::string targetOf(const Document::Operation& operation, const std::string& id) {
    auto path = replaced(operation.path, "{platform}", "example");
    path = replaced(path, "{id}", id);
    path = replaced(path, "{run_id}", id);
    return replaced(path, "{code}", id);
}

std::optional<Object> bodySchema(const Document::Operation& operation) {
    const auto body = objectIn(operation.object, "requestBody");
    if (!body || !isProtected(operation)) return std::nullopt;
    return body->getObject("content")->getObject("application/json")->getObject("schema");
}

}  // namespace

/// openapi.json and the routes are the same thing said twice.
class ContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContractTest);
    CPPUNIT_TEST(everyRouteIsDescribedAndEveryDescriptionIsARoute);
    CPPUNIT_TEST(theDescribedRolesAreThoseThatMay);
    CPPUNIT_TEST(everyExampleFitsItsSchema);
    CPPUNIT_TEST(theCheckerFindsFaults);
    CPPUNIT_TEST(everyProtectedOperationRefusesStrangers);
    CPPUNIT_TEST(everyOperationRefusesUnknownParameters);
    CPPUNIT_TEST(everyIdThatIsNoneOrUnknownIs404);
    CPPUNIT_TEST(everyStoreParameterIsTakenAndChecked);
    CPPUNIT_TEST(everyFilterIsTaken);
    CPPUNIT_TEST(everyBodyIsChecked);
    CPPUNIT_TEST(everyOperationIsDoneOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
        ApiHub hub;
        std::set<std::string> routes;
        for (const auto& route : hub.router.routes())
            CPPUNIT_ASSERT_MESSAGE("twice: " + route.pattern,
                                   routes.insert(route.method + " " + route.pattern).second);
        std::set<std::string> described;
        for (const auto& operation : operations())
            described.insert(operation.method + " " + operation.path);
        for (const auto& route : routes)
            CPPUNIT_ASSERT_MESSAGE("not described: " + route, described.contains(route));
        for (const auto& one : described)
            CPPUNIT_ASSERT_MESSAGE("no route: " + one, routes.contains(one));
    }
    void theDescribedRolesAreThoseThatMay() {
        ApiHub hub;
        for (const auto& route : hub.router.routes()) {
            const auto* operation = described(route.method, route.pattern);
            const auto told = operation->object->optValue<std::string>("description", "");
            const auto name = route.method + " " + route.pattern;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name, route.access == Access::Public, !isProtected(*operation));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name, route.access == Access::Operate, told.ends_with("Roles: admin, operator."));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name,
                                         route.access == Access::Converse,
                                         told.ends_with("Roles: admin, operator, agent."));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name, route.access == Access::Manage, told.ends_with("Role: admin."));
        }
    }
    void everyExampleFitsItsSchema() {
        int examples = 0;
        for (const auto& operation : operations()) {
            if (const auto body = objectIn(operation.object, "requestBody"))
                examples += checkExamples(operation.path, body->getObject("content"));
            for (const auto& [status, response] : *operation.object->getObject("responses")) {
                const auto whole = Document::instance().resolved(response.extract<Object>());
                if (const auto content = objectIn(whole, "content"))
                    examples += checkExamples(operation.path + " " + status, content);
            }
        }
        CPPUNIT_ASSERT(examples > 200);
    }
    void theCheckerFindsFaults() {
        const auto faults = [](const std::string& schema, const std::string& value) {
            return Document::instance()
                .faultsOf(Document::instance().schema(schema), parsed(value))
                .size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), faults("Money", R"({"amount":1,"currency":"USD"})"));
        for (const auto* money : {R"({"amount":1})",
                                  R"({"amount":"1","currency":"USD"})",
                                  R"({"amount":1.5,"currency":"USD"})",
                                  R"({"amount":true,"currency":"USD"})",
                                  R"({"amount":null,"currency":"USD"})",
                                  R"({"amount":1,"currency":"usd"})",
                                  R"({"amount":1,"currency":"USD","more":1})",
                                  R"([])"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(money, std::size_t(1), faults("Money", money));
        CPPUNIT_ASSERT(faults("StorePage", R"({"data":[{}],"next_cursor":null})") >= 5);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), faults("Health", R"({"status":"dead"})"));
        CPPUNIT_ASSERT(faults("NewToken", R"({"role":"root"})") > 0);
        CPPUNIT_ASSERT(faults("NewToken", R"({"role":"viewer","store_id":"1"})") > 0);
        CPPUNIT_ASSERT(faults("NewToken", R"({"role":"viewer","expires_at":"2026-11-01"})") > 0);
    }
    void everyProtectedOperationRefusesStrangers() {
        ApiHub hub;
        const auto viewer = hub.token("viewer", hub.addStore("one"));
        for (const auto& operation : operations()) {
            if (!isProtected(operation)) continue;
            const auto target = targetOf(operation, core::newId().text());
            expectStatus(401, hub.ask({operation.method, target, "", std::nullopt, {}}));
            expectStatus(401, hub.ask({operation.method, target, "souk_x", std::nullopt, {}}));
            const auto told = operation.object->optValue<std::string>("description", "");
            if (contains(told, "Role"))
                expectStatus(403, hub.ask({operation.method, target, viewer, std::nullopt, {}}));
        }
    }
    void everyOperationRefusesUnknownParameters() {
        ApiHub hub;
        const auto admin = hub.token("admin", hub.addStore("one"));
        for (const auto& operation : operations()) {
            if (!isProtected(operation)) continue;
            const auto target = targetOf(operation, core::newId().text()) + "?unheard_of=1";
            const auto refused =
                expectStatus(400, hub.ask({operation.method, target, admin, std::nullopt, {}}));
            CPPUNIT_ASSERT_MESSAGE(refused.text, contains(in(refused, "detail"), "unheard_of"));
        }
    }
    void everyIdThatIsNoneOrUnknownIs404() {
        ApiHub hub;
        const auto admin = hub.token("admin", hub.addStore("one"));
        int asked = 0;
        for (const auto& operation : operations()) {
            if (!isProtected(operation) || !contains(operation.path, "id}")) continue;
            for (const auto& id : {std::string("1"),
                                   std::string("..%2F"),
                                   std::string(3000, 'a'),
                                   core::newId().text()})
                expectStatus(
                    404,
                    hub.ask({operation.method,
                             targetOf(operation, id),
                             admin,
                             operation.method == "POST" ? std::optional("{}") : std::nullopt,
                             {}}));
            ++asked;
        }
        CPPUNIT_ASSERT(asked >= 15);
    }
    void everyStoreParameterIsTakenAndChecked() {
        ApiHub hub;
        const auto store = hub.addStore("one");
        const auto own = hub.token("admin", store);
        const auto all = hub.token("admin");
        for (const auto& operation : operations()) {
            if (!parameters(operation).contains("store_id") || isStream(operation)) continue;
            const auto target = targetOf(operation, core::newId().text());
            const auto ask = [&](const std::string& query, const std::string& bearer) {
                return hub.ask({operation.method,
                                target + query,
                                bearer,
                                operation.method == "POST" ? std::optional("{}") : std::nullopt,
                                {}});
            };
            expectStatus(404, ask("?store_id=" + core::newId().text(), own));
            expectStatus(400, ask("?store_id=1", own));
            expectStatus(400, ask("", all));
            const auto named = ask("?store_id=" + store.text(), all);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                target, ask("", own).status, named.status);  // one may name it, the other must
        }
    }
    void everyFilterIsTaken() {
        ApiHub hub;
        const auto admin = hub.token("admin", hub.addStore("one"));
        for (const auto& operation : operations()) {
            if (!isProtected(operation) || operation.method != "GET" || isStream(operation) ||
                contains(operation.path, "{"))
                continue;
            for (const auto& [name, schema] : parameters(operation)) {
                if (name == "cursor" || name == "store_id" || operation.path.ends_with("/tokens"))
                    continue;
                const auto target = operation.path + "?" + name + "=" + valueFor(schema);
                expectStatus(200, hub.get(target, admin));
            }
        }
    }
    void everyBodyIsChecked() {
        ApiHub hub;
        const auto store = hub.addStore("one");
        const auto admin = hub.token("admin", store);
        const auto integration = hub.addIntegration(store).text();
        int bodies = 0;
        for (const auto& operation : operations()) {
            if (!bodySchema(operation)) continue;
            const auto target = targetOf(operation, integration);
            const auto post = [&](const std::string& body, const sdk::Headers& headers = {}) {
                return hub.post(target, admin, body, headers);
            };
            expectStatus(415, post("{}", {{"Content-Type", "text/plain"}}));
            for (const auto* body : {"{", "[]", "null", "{\"unheard_of\":1}", "\"{}\""})
                expectStatus(400, post(body));
            expectStatus(413, post(std::string(5000, ' ')));
            ++bodies;
        }
        CPPUNIT_ASSERT_EQUAL(22, bodies);
    }
    /// One store's life, told to every address; ask() holds each answer against the document.
    void everyOperationIsDoneOnce() {
        ApiHub hub;
        const auto admin = hub.token("admin");
        const auto post = [&](const std::string& path, const std::string& body = "{}") {
            return hub.post(path, admin, body);
        };
        for (const auto* path : {"/healthz", "/readyz", "/metrics", "/openapi.json"}) hub.get(path);
        const auto store = in(post("/api/v1/stores", R"({"name":"Lamps","currency":"EUR"})"), "id");
        const auto of = "?store_id=" + store;
        const auto shop = in(post("/api/v1/integrations" + of,
                                  R"({"platform":"example","config":{"shop":"a.example.test"}})"),
                             "id");
        const auto one = "/api/v1/integrations/" + shop;
        const auto url = in(post(one + "/connect"), "connect_url");
        const auto opened = hub.get(url.substr(std::string("https://hub.test").size()));
        const auto state = header(opened, "Location");
        const auto from = state.find("state=") + 6;
        const auto cookie = header(opened, "Set-Cookie");
        hub.get(
            "/api/auth/example/callback?state=" + state.substr(from, state.find('&', from) - from),
            "",
            {{"Cookie", cookie.substr(0, cookie.find(';'))}});
        hub.get(one + "/subscriptions", admin);
        post(one + "/subscriptions/repair");
        const auto run = in(post("/api/v1/sync", R"({"integration_id":")" + shop + "\"}"), "id");
        hub.get("/api/v1/sync/" + run + of, admin);
        post("/api/v1/sync/" + run + "/cancel" + of);
        hub.take(*core::Uuid::parse(store),
                 *core::Uuid::parse(shop),
                 {souk::test::productOf("1", 1, "Lamp", {souk::test::variantOf("1")}),
                  souk::test::customerOf("1", 1),
                  souk::test::orderOf("1", 1, "paid", {souk::test::lineOf("1")})});
        hub.deliver("account-9", "k1");
        hub.get("/api/webhooks/example?hub.challenge=42");
        for (const auto* list : {"products", "orders", "customers", "webhooks"}) {
            const auto base = std::string("/api/v1/") + list;
            const auto first = dataOf(hub.get(base + of, admin)).front();
            hub.get(base + "/" + first.textOr("id", "") + of, admin);
            if (base.ends_with("webhooks"))
                post(base + "/" + first.textOr("id", "") + "/replay" + of);
        }
        post("/api/v1/webhooks/replay" + of);
        for (const auto* list : {"integrations", "sync", "sync-logs", "overview"})
            hub.get(std::string("/api/v1/") + list + of, admin);
        for (const auto* list : {"stores", "platforms", "tokens"})
            hub.get(std::string("/api/v1/") + list, admin);
        hub.get("/api/v1/stores/" + store, admin);
        hub.get(one, admin);
        const auto product = dataOf(hub.get("/api/v1/products" + of, admin)).front();
        post(one + "/publishing", R"({"enabled":true})");
        hub.get(one + "/publishing", admin);
        post(one + "/publishing/compare");
        post("/api/v1/products/" + product.textOr("id", "") + "/publish" + of);
        post("/api/v1/products/publish" + of);
        const auto talk = in(post("/api/v1/conversations" + of,
                                  R"({"integration_id":")" + shop + R"(","to":"+4930"})"),
                             "id");
        const auto spoken = "/api/v1/conversations/" + talk;
        post(spoken + "/messages" + of, R"({"kind":"template"})");
        post(spoken + "/read" + of);
        hub.get("/api/v1/conversations" + of, admin);
        hub.get(spoken + of, admin);
        hub.get(spoken + "/messages" + of, admin);
        const auto right =
            in(post("/api/v1/privacy-requests" + of,
                    R"({"what":"export","customer_external_id":"1","integration_id":")" + shop +
                        "\"}"),
               "id");
        hub.get("/api/v1/privacy-requests" + of, admin);
        hub.get("/api/v1/privacy-requests/" + right + of, admin);
        hub.get("/api/v1/privacy-requests/" + right + "/document" + of, admin);
        const auto erasure = hub.deliver("account-9", "k2", "erase");
        const auto url2 = in(erasure, "url");
        hub.get(url2.substr(std::string("https://hub.test").size()));
        const auto token = in(post("/api/v1/tokens", R"({"role":"viewer"})"), "id");
        hub.ask({"DELETE", "/api/v1/tokens/" + token, admin, std::nullopt, {}});
        post(one + "/pause");
        post(one + "/resume");
        post(one + "/disconnect");
        for (const auto& operation : operations()) {
            if (isStream(operation) || operation.path.ends_with("/form") ||
                operation.path.ends_with("/choose"))
                continue;  // own tests
            const auto& met = hub.met[operation.method + " " + operation.path];
            CPPUNIT_ASSERT_MESSAGE(operation.method + " " + operation.path + " was not done",
                                   !met.empty() && *met.begin() < 400);
        }
    }

private:
    static const std::vector<Document::Operation>& operations() {
        return Document::instance().operations();
    }
    static const Document::Operation* described(const std::string& method,
                                                const std::string& path) {
        const auto found = std::ranges::find_if(operations(), [&](const auto& operation) {
            return operation.method == method && operation.path == path;
        });
        CPPUNIT_ASSERT_MESSAGE(path, found != operations().end());
        return &*found;
    }
    /// Query parameters with their schemas.
    static std::map<std::string, Object> parameters(const Document::Operation& operation) {
        std::map<std::string, Object> found;
        if (!operation.object->has("parameters")) return found;
        for (const auto& item : *operation.object->getArray("parameters")) {
            const auto parameter = Document::instance().resolved(item.extract<Object>());
            if (parameter->getValue<std::string>("in") == "query")
                found.emplace(parameter->getValue<std::string>("name"),
                              parameter->getObject("schema"));
        }
        return found;
    }
    static std::string valueFor(const Object& schema) {
        const auto format = schema->optValue<std::string>("format", "");
        const auto type = schema->getValue<std::string>("type");
        if (schema->has("enum")) return schema->getArray("enum")->getElement<std::string>(0);
        if (format == "uuid") return core::newId().text();
        if (format == "date-time") return "2026-11-01T00:00:00Z";
        if (type == "boolean") return "true";
        return type == "integer" ? "7" : "text";
    }
    static int checkExamples(const std::string& where, const Object& content) {
        int examples = 0;
        for (const auto& [type, media] : *content) {
            const auto object = media.extract<Object>();
            if (!object->has("example") || !object->has("schema")) continue;
            std::string told;
            for (const auto& fault :
                 Document::instance().faultsOf(object->getObject("schema"), object->get("example")))
                told += "\n  " + fault;
            CPPUNIT_ASSERT_MESSAGE(where + " (" + type + ")" + told, told.empty());
            ++examples;
        }
        return examples;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ContractTest);

}  // namespace souk::web::test
