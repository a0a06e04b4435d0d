// Load over HTTP from one thread.
//   bench_client get --port N --path /healthz [--connections N] [--ms N] [--warm-up N]
//   bench_client webhooks --port N --secret TEXT --account SHOP --series TEXT [--connections N]
//                [--ms N | --count N] [--warm-up N]
//   bench_client bodies            the bodies that `webhooks` sends, one a line
// Prints one JSON object: answers, refused, per_second, p50_ms, p99_ms.
#include "load.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string_view>

namespace souk::bench {

namespace {

using Options = std::map<std::string, std::string>;

constexpr std::size_t kBodies = 200;
constexpr std::size_t kVariants = 4;
constexpr std::array<std::string_view, 6> kWords{
    "linen", "walnut", "harbour", "copper", "meadow", "winter"};

std::string words(std::size_t seed, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text.append(kWords.at((seed * 7 + i * i + seed / (i + 1)) % kWords.size())).append(" ");
    return text;
}

void addVariant(sdk::JsonWriter& json, std::int64_t product, std::int64_t position) {
    const auto id = product * 10 + position;
    json.object().key("id").integer(id).key("product_id").integer(product);
    json.key("title").text("Natural").key("price").text("19.90");
    json.key("sku").text("SKU-" + std::to_string(id)).key("position").integer(position);
    json.key("inventory_policy").text("deny").key("compare_at_price").null();
    json.key("option1").text("Natural").key("option2").null().key("option3").null();
    json.key("created_at").text("2026-10-01T08:00:00-04:00");
    json.key("updated_at").text("2026-11-01T08:00:00-04:00").key("taxable").boolean(true);
    json.key("barcode").text("40" + std::to_string(id)).key("grams").integer(500);
    json.key("inventory_item_id").integer(id + 5).key("inventory_quantity").integer(12);
    json.key("requires_shipping").boolean(true).end();
}

/// A products/update body in REST shape, about 3 KB.
std::string bodyOf(std::size_t n) {
    const auto product = static_cast<std::int64_t>(8'000'000'000 + n);
    const auto gid = "gid://shopify/Product/" + std::to_string(product);
    sdk::JsonWriter json;
    json.object().key("admin_graphql_api_id").text(gid).key("id").integer(product);
    json.key("body_html").text("<p>" + words(n, 120 + n % 20) + "</p>");
    json.key("created_at").text("2026-10-01T08:00:00-04:00").key("handle").text("lamp");
    json.key("product_type").text("Lamps").key("published_at").text("2026-10-01T08:00:00-04:00");
    json.key("title").text("Lamp " + std::to_string(n)).key("vendor").text("Acme");
    json.key("updated_at").text("2026-11-01T08:00:00-04:00").key("status").text("active");
    json.key("tags").text("home, new").key("variants").array();
    for (std::size_t i = 1; i <= kVariants; ++i)
        addVariant(json, product, static_cast<std::int64_t>(i));
    json.end().key("options").array().object().key("name").text("Color");
    json.key("position").integer(1).key("values").array().text("Natural").end().end().end();
    return json.key("images").array().end().key("media").array().end().end().take();
}

std::string wanted(const Options& options, const std::string& name) {
    const auto found = options.find(name);
    if (found == options.end()) throw std::runtime_error("--" + name + " is missing");
    return found->second;
}

std::size_t number(const Options& options, const std::string& name, std::size_t otherwise) {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : std::strtoul(found->second.c_str(), nullptr, 10);
}

std::vector<Shot> getsOf(const std::string& path) {
    return {{"GET " + path + " HTTP/1.1\r\nHost: souk.test\r\nAccept: */*\r\n\r\n", "", false}};
}

/// Deliveries as Shopify sends them, signed beforehand: the client's core is also the server's.
std::vector<Shot> deliveriesOf(const std::string& secret, const std::string& account) {
    std::vector<Shot> shots;
    for (std::size_t i = 0; i < kBodies; ++i) {
        const auto body = bodyOf(i);
        shots.push_back(
            {"POST /api/webhooks/shopify HTTP/1.1\r\nHost: souk.test\r\n"
             "Content-Type: application/json\r\nUser-Agent: Shopify-Captain-Hook\r\n"
             "Accept: */*\r\nX-Shopify-Topic: products/update\r\n"
             "X-Shopify-Shop-Domain: " +
                 account +
                 "\r\nX-Shopify-API-Version: 2026-10\r\n"
                 "X-Shopify-Triggered-At: 2026-11-01T12:00:00.123456789Z\r\n"
                 "X-Shopify-Hmac-Sha256: " +
                 sdk::base64(sdk::hmacSha256(secret, body)) + "\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\nX-Shopify-Webhook-Id: ",
             "\r\n\r\n" + body,
             true});
    }
    return shots;
}

double millis(const std::vector<std::uint32_t>& sorted, double share) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))] /
           1000.0;
}

void fire(const Options& options, std::vector<Shot> shots) {
    LoadPlan plan;
    plan.port = static_cast<std::uint16_t>(std::stoul(wanted(options, "port")));
    plan.connections = number(options, "connections", 1);
    plan.warmUp = std::chrono::milliseconds(number(options, "warm-up", 500));
    plan.time = std::chrono::milliseconds(number(options, "ms", 3000));
    plan.count = number(options, "count", 0);
    plan.shots = std::move(shots);
    if (plan.shots.front().numbered) plan.series = wanted(options, "series") + "-";
    const auto result = load(plan);
    sdk::JsonWriter json;
    json.object().key("answers").integer(static_cast<std::int64_t>(result.answers));
    json.key("all_answers").integer(static_cast<std::int64_t>(result.allAnswers));
    json.key("refused").integer(static_cast<std::int64_t>(result.refused));
    json.key("per_second")
        .raw(std::to_string(static_cast<double>(result.answers) / result.seconds));
    json.key("p50_ms").raw(std::to_string(millis(result.micros, 0.5)));
    json.key("p99_ms").raw(std::to_string(millis(result.micros, 0.99)));
    std::cout << json.end().take() << '\n';
}

void run(const std::string& what, const Options& options) {
    if (what == "get") return fire(options, getsOf(wanted(options, "path")));
    if (what == "webhooks")
        return fire(options, deliveriesOf(wanted(options, "secret"), wanted(options, "account")));
    if (what != "bodies") throw std::runtime_error("what is to be done: get, webhooks or bodies?");
    for (std::size_t i = 0; i < kBodies; ++i) std::cout << bodyOf(i) << '\n';
}

}  // namespace

}  // namespace souk::bench

int main(int count, char** words) try {
    souk::bench::Options options;
    for (int i = 2; i + 1 < count; i += 2) options[std::string(words[i]).substr(2)] = words[i + 1];
    souk::bench::run(count > 1 ? words[1] : "", options);
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
