// GraphQL page bytes to records on one core, in turn with simdjson walking the same bytes.
//   bench_translate ROUNDS MILLISECONDS     one JSON object per round
#include "graphql.hpp"
#include "product_page.hpp"
#include "translate_graphql.hpp"

#include <simdjson.h>

#include <time.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

namespace souk::bench {

namespace {

constexpr std::size_t kPage = 250;

/// What a page's records hold, so that no work is left out unseen.
std::size_t translated(const sdk::HttpReply& reply, const sdk::Account& account) {
    const auto data = shopify::dataFrom(reply);
    if (!data) throw std::runtime_error(data.error().message);
    const auto nodes = data->at("products").items("nodes");
    std::vector<sdk::Record> records;
    records.reserve(nodes->size());
    for (const auto& node : *nodes) {
        auto record = shopify::graphql::productFrom(node, account);
        if (!record) throw std::runtime_error(record.error().message);
        records.push_back(*std::move(record));
    }
    return std::get<sdk::Product>(records.back()).variants.size() * records.size();
}

/// Every key and value once: text unescaped, numbers as numbers.
std::size_t walked(const simdjson::dom::element& value) {
    using simdjson::dom::element_type;
    std::size_t sum = 0;
    switch (value.type()) {
        case element_type::OBJECT:
            for (const auto member : simdjson::dom::object(value))
                sum += member.key.size() + walked(member.value);
            return sum;
        case element_type::ARRAY:
            for (const auto item : simdjson::dom::array(value)) sum += walked(item);
            return sum;
        case element_type::STRING:
            return std::string_view(value).size();
        case element_type::INT64:
            return static_cast<std::size_t>(std::int64_t(value));
        default:
            return 1;
    }
}

/// The CPU time of this thread: on a busy machine the clock on the wall tells of others.
std::chrono::nanoseconds used() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

struct Rate {
    std::chrono::nanoseconds took{};
    std::size_t products = 0;
    std::size_t seen = 0;

    template <class Page>
    void add(const Page& page) {
        constexpr int kPagesInTurn = 8;
        const auto begin = used();
        for (int i = 0; i < kPagesInTurn; ++i) seen += page();
        took += used() - begin;
        products += kPagesInTurn * kPage;
    }
    std::int64_t perSecond() const {
        if (seen == 0) throw std::logic_error("nothing was read");
        return static_cast<std::int64_t>(static_cast<double>(products) /
                                         std::chrono::duration<double>(took).count());
    }
};

void run(int rounds, std::chrono::milliseconds time) {
    sdk::HttpReply reply;
    reply.status = 200;
    reply.body = productPage(0, kPage);
    sdk::Account account;
    account.currency = "EUR";
    const simdjson::padded_string padded(reply.body);
    simdjson::dom::parser parser;
    for (int round = 0; round < rounds; ++round) {
        Rate ours;
        Rate theirs;
        while (ours.took + theirs.took < time) {
            ours.add([&] { return translated(reply, account); });
            theirs.add([&] { return walked(parser.parse(padded)); });
        }
        std::cout << sdk::JsonWriter()
                         .object()
                         .key("figure")
                         .integer(ours.perSecond())
                         .key("yardstick")
                         .integer(theirs.perSecond())
                         .key("page_bytes")
                         .integer(static_cast<std::int64_t>(reply.body.size()))
                         .end()
                         .take()
                  << '\n';
    }
}

}  // namespace

}  // namespace souk::bench

int main(int count, char** words) try {
    if (count != 3) throw std::runtime_error("usage: bench_translate ROUNDS MILLISECONDS");
    souk::bench::run(std::atoi(words[1]), std::chrono::milliseconds(std::atoi(words[2])));
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
