#include "hub_on_wire.hpp"
#include "wire_case.hpp"

namespace souk::test {

namespace {

std::string chunked(const std::string& target, const std::string& chunks) {
    return post(target, "Transfer-Encoding: chunked\r\n", chunks);
}

std::string bearer(const std::string& token) {
    return "Authorization: Bearer " + token + "\r\n";
}

/// The hidden request as one chunk.
std::string smuggledChunk() {
    return "3e\r\n" + kSmuggled + "\r\n0\r\n\r\n";
}

std::string repeated(const std::string& bytes, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += bytes;
    return all;
}

}  // namespace

WireCases soundRequests(const std::string& token) {
    return {
        {"plain", get("/healthz"), {200}, Then::Serves, "alive"},
        {"absolute address", get("http://souk.test/healthz"), {200}, Then::Serves, "alive"},
        {"the whole server", "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", {404}, Then::Serves, ""},
        {"one empty line before", "\r\n" + get("/healthz"), {200}, Then::Serves, "alive"},
        {"Host with a port",
         "GET /healthz HTTP/1.1\r\nHost: souk.test:8080\r\n\r\n",
         {200},
         Then::Serves,
         "alive"},
        {"no space after the colon",
         "GET /healthz HTTP/1.1\r\nHost:souk.test\r\n\r\n",
         {200},
         Then::Serves,
         "alive"},
        {"nothing there", get("/nothing"), {404}, Then::Serves, "/openapi.json"},
        {"a way up", get("/../../etc/passwd"), {404}, Then::Serves, ""},
        {"an escaped way up", get("/%2e%2e/%2e%2e/etc/passwd"), {404}, Then::Serves, ""},
        {"an escaped slash in an id",
         get("/api/v1/stores/a%2F..%2Fb", bearer(token)),
         {404},
         Then::Serves,
         "UUID"},
        {"another method",
         "PUT /healthz HTTP/1.1\r\n" + kHost + length(0) + "\r\n",
         {405},
         Then::Serves,
         "GET"},
        {"TRACE echoes nothing",
         "TRACE /healthz HTTP/1.1\r\n" + kHost + "X-Secret: s\r\n\r\n",
         {405},
         Then::Serves,
         ""},
        {"no token", get("/api/v1/stores"), {401}, Then::Serves, "souk token create"},
        {"a token", get("/api/v1/stores", bearer(token)), {200}, Then::Serves, "data"},
        {"a new store",
         post("/api/v1/stores",
              bearer(token) + "Content-Type: application/json\r\n" + length(34),
              R"({"name":"wire","currency":"EUR"}  )"),
         {201},
         Then::Serves,
         "wire"},
        {"an upgrade to HTTP/2 is not made",
         get("/healthz",
             "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"),
         {200},
         Then::Serves,
         "alive"},
        {"an upgrade to websockets is not made",
         get("/healthz", "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
         {200},
         Then::Serves,
         "alive"},
        {"TE", get("/healthz", "TE: trailers, chunked\r\n"), {200}, Then::Serves, "alive"},
        {"close", get("/healthz", "Connection: close\r\n"), {200}, Then::Closes, "alive"},
        {"HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", {200}, Then::Closes, "alive"},
        {"HTTP/1.0 that asks to stay",
         "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
         {200},
         Then::Serves,
         "alive"},
        {"the client ends after its request", get("/healthz"), {200}, Then::Leaves, "alive"},
        {"the client ends after a request that waits for the database",
         get("/api/v1/stores", bearer(token)),
         {200},
         Then::Leaves,
         "data"},
        {"expecting 100-continue, the body not held back",
         post("/nothing", length(2) + "Expect: 100-continue\r\n", "hi"),
         {404},
         Then::Serves,
         ""},
    };
}

/// What a handler leaves unread of a body must not become the next request.
WireCases unreadBodies(const std::string& token) {
    const auto json = "Content-Type: application/json\r\n" + length(kSmuggled.size());
    return {
        {"to nothing", sized("/nothing", kSmuggled), {404}, Then::Serves, ""},
        {"to nothing, chunked", chunked("/nothing", smuggledChunk()), {404}, Then::Serves, ""},
        {"to another method", sized("/healthz", kSmuggled), {405}, Then::Serves, ""},
        {"to another method, chunked",
         chunked("/healthz", smuggledChunk()),
         {405},
         Then::Serves,
         ""},
        {"with GET",
         get("/healthz", length(kSmuggled.size())) + kSmuggled,
         {200},
         Then::Serves,
         "alive"},
        {"with GET, chunked",
         get("/healthz", "Transfer-Encoding: chunked\r\n") + smuggledChunk(),
         {200},
         Then::Serves,
         "alive"},
        {"with DELETE",
         "DELETE /nothing HTTP/1.1\r\n" + kHost + length(kSmuggled.size()) + "\r\n" + kSmuggled,
         {404},
         Then::Serves,
         ""},
        {"with OPTIONS *",
         "OPTIONS * HTTP/1.1\r\n" + kHost + length(kSmuggled.size()) + "\r\n" + kSmuggled,
         {404},
         Then::Serves,
         ""},
        {"without a token", sized("/api/v1/stores", kSmuggled), {401}, Then::Serves, ""},
        {"with a false token",
         post("/api/v1/stores", bearer("souk_x") + json, kSmuggled),
         {401},
         Then::Serves,
         ""},
        {"of another type",
         post("/api/v1/stores",
              bearer(token) + "Content-Type: text/plain\r\n" + length(kSmuggled.size()),
              kSmuggled),
         {415},
         Then::Serves,
         ""},
        {"that is not JSON",
         post("/api/v1/stores", bearer(token) + json, kSmuggled),
         {400},
         Then::Serves,
         "JSON"},
        {"for a platform that is not there",
         sized("/api/webhooks/nobody", kSmuggled),
         {404},
         Then::Serves,
         ""},
        {"of a webhook without signature",
         post("/api/webhooks/shopify", json, kSmuggled),
         {400},
         Then::Serves,
         ""},
        {"for an HTTP/1.0 connection that stays",
         "POST /nothing HTTP/1.0\r\nConnection: keep-alive\r\n" + length(kSmuggled.size()) +
             "\r\n" + kSmuggled,
         {404},
         Then::Serves,
         ""},
    };
}

WireCases pipelines() {
    const auto sound = get("/healthz");
    return {
        {"three",
         get("/healthz") + get("/nothing") + get("/readyz"),
         {200, 404, 200},
         Then::Serves,
         "ready"},
        {"quick ones behind slow ones",
         get("/api/v1/stores") + sound + get("/readyz") + get("/nothing"),
         {401, 200, 200, 404},
         Then::Serves,
         ""},
        {"bodies of all kinds",
         sized("/nothing", "five5") + sound + chunked("/nothing", "2\r\nhi\r\n0\r\nX: 1\r\n\r\n") +
             sound + sized("/healthz", ""),
         {404, 200, 404, 200, 405},
         Then::Serves,
         ""},
        {"more than one turn's worth",
         repeated(sound, 40),
         std::vector<int>(40, 200),
         Then::Serves,
         "alive"},
        {"a faulty one in the middle",
         sound + "GET /healthz HTTP/1.1\r\n\r\n" + sound,
         {200, 400},
         Then::Closes,
         "Host"},
        {"one that asks to close",
         sound + get("/healthz", "Connection: close\r\n") + kSmuggled,
         {200, 200},
         Then::Closes,
         "alive"},
        {"the client ends after them", repeated(sound, 3), {200, 200, 200}, Then::Leaves, "alive"},
    };
}

}  // namespace souk::test
