// GraphQL page bytes to committed rows through the whole sync path: the runner with its job, the
// translator, intake and verification. Twice: every product new, then every product unchanged.
//   bench_pages DATABASE_URL PRODUCTS     one JSON object
#include "core/clock.hpp"
#include "graphql.hpp"
#include "host/sync/fake_platform.hpp"
#include "jobs/executor.hpp"
#include "jobs/queue.hpp"
#include "product_page.hpp"
#include "support/test_database.hpp"
#include "sync/runner.hpp"
#include "sync/service.hpp"
#include "translate_graphql.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace souk::bench {

namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t kPage = 250;
constexpr auto kPatience = std::chrono::minutes(30);

/// Gives out ready page bytes as records; a cursor is the number of pages given out.
class Source final : public sdk::SyncSource {
public:
    explicit Source(std::size_t products) : products_(products) {
        account_.currency = "EUR";
        for (std::size_t first = 0; first < products; first += kPage)
            replies_.push_back({200, {}, productPage(first, std::min(kPage, products - first))});
    }

    sdk::Result<sdk::Page> fetch(sdk::Context&, const sdk::Cursor& from) const override {
        began.push_back(Steady::now());
        const std::size_t at = from.value.empty() ? 0 : std::stoul(from.value);
        const auto data = SOUK_TRY(shopify::dataFrom(replies_.at(at)));
        sdk::Page page;
        const auto nodes = SOUK_TRY(data.at("products").items("nodes"));
        page.records.reserve(nodes.size());
        for (const auto& node : nodes)
            page.records.push_back(SOUK_TRY(shopify::graphql::productFrom(node, account_)));
        page.next.value = std::to_string(at + 1);
        page.last = at + 1 == replies_.size();
        return page;
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity,
                                    std::string_view,
                                    const sdk::Cursor&) const override {
        return sdk::Error{sdk::ErrorKind::Bug, "no product may need a second look here"};
    }
    std::vector<sdk::Entity> entities() const override { return {sdk::Entity::Product}; }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        return sdk::RemoteCount{static_cast<std::int64_t>(products_), true};
    }

    mutable std::vector<Steady::time_point> began;  ///< each page asked for

private:
    std::size_t products_;
    sdk::Account account_;
    std::vector<sdk::HttpReply> replies_;
};

class Plugin final : public sdk::Plugin {
public:
    explicit Plugin(std::size_t products) : source(products) {}
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Product ? &source : nullptr;
    }
    Source source;
};

loader::Catalog catalogOf(const std::shared_ptr<Plugin>& plugin) {
    loader::LoadedPlugin loaded;
    loaded.manifest.domain = "example";
    loaded.manifest.name = "Example";
    loaded.manifest.sync.entities = {sdk::Entity::Product};
    loaded.plugin = plugin;
    return loader::Catalog({std::move(loaded)});
}

struct Pass {
    double perSecond = 0;
    std::vector<double> pageMillis;  ///< in order
};

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// A hub of one store and one integration, whose host is this thread.
class Hub {
public:
    Hub(const std::string& url, std::size_t products)
        : products_(products),
          plugin_(std::make_shared<Plugin>(products)),
          catalog_(catalogOf(plugin_)),
          database_(url, {}),
          storeId_(test::insertStore(database_)),
          integrationId_(test::insertIntegration(database_, storeId_)) {}

    Pass run() {
        auto& began = plugin_->source.began;
        began.clear();
        sync::SyncRequest wanted;
        wanted.storeId = storeId_;
        wanted.integrationId = integrationId_;
        wanted.mode = sync::Mode::Full;
        const auto started = service_.request(wanted);
        if (!started) throw std::runtime_error(started.error().message);
        const auto deadline = Steady::now() + kPatience;
        auto progress = service_.status(storeId_, started->runId);
        for (; !progress->ended(); progress = service_.status(storeId_, started->runId)) {
            if (Steady::now() > deadline) throw std::runtime_error("the run does not end");
            if (!work()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        const auto ended = Steady::now();
        if (!progress->verified)
            throw std::runtime_error("the run was not verified: " + progress->error.value_or(""));
        Pass pass;
        const std::chrono::duration<double> took = ended - began.front();
        pass.perSecond = static_cast<double>(products_) / took.count();
        began.push_back(ended);
        for (std::size_t i = 1; i < began.size(); ++i)
            pass.pageMillis.push_back(
                std::chrono::duration<double, std::milli>(began[i] - began[i - 1]).count());
        return pass;
    }

private:
    bool work() {
        jobs::LeaseRequest request;
        request.owner = "bench";
        request.kinds = {{"sync", 1, 1, false}};
        request.now = clock_.now();
        request.until = request.now + std::chrono::minutes(1);
        auto tx = database_.asWorker();
        const auto taken = jobs::lease(tx, request);
        tx.commit();
        if (taken.empty()) return false;
        jobs::Executor executor(database_, clock_, log_, metrics_);
        executor.run(taken[0],
                     sync::SyncRunner({database_, sessions_, clock_, log_, waiter_, {}, metrics_}),
                     sync::SyncRunner::rules(1),
                     stop_.get_token());
        return true;
    }

    std::size_t products_;
    core::SystemClock clock_;
    core::Log log_{clock_, core::Log::Format::Text, sdk::LogLevel::Warning, core::Log::toStderr()};
    core::Metrics metrics_;
    test::FakeWaiter waiter_;
    std::stop_source stop_;
    std::shared_ptr<Plugin> plugin_;
    loader::Catalog catalog_;
    test::FakeSessions sessions_{catalog_, clock_, log_};
    store::Database database_;
    sync::SyncService service_{database_, catalog_, clock_};
    core::Uuid storeId_;
    core::Uuid integrationId_;
};

/// Median of a tenth of the pages: the first or the last.
double tenth(const std::vector<double>& pages, bool last) {
    const auto count = std::max<std::ptrdiff_t>(1, std::ssize(pages) / 10);
    return last ? quantile({pages.end() - count, pages.end()}, 0.5)
                : quantile({pages.begin(), pages.begin() + count}, 0.5);
}

void put(sdk::JsonWriter& json, std::string_view name, double value) {
    json.key(name).raw(std::to_string(value));
}

void run(const std::string& url, std::size_t products) {
    Hub hub(url, products);
    const auto fresh = hub.run();
    const auto same = hub.run();
    sdk::JsonWriter json;
    json.object();
    put(json, "new", fresh.perSecond);
    put(json, "unchanged", same.perSecond);
    put(json, "p50_ms", quantile(fresh.pageMillis, 0.5));
    put(json, "p99_ms", quantile(fresh.pageMillis, 0.99));
    put(json, "first_ms", tenth(fresh.pageMillis, false));
    put(json, "last_ms", tenth(fresh.pageMillis, true));
    std::cout << json.end().take() << '\n';
}

}  // namespace

}  // namespace souk::bench

int main(int count, char** words) try {
    if (count != 3) throw std::runtime_error("usage: bench_pages DATABASE_URL PRODUCTS");
    souk::bench::run(words[1], std::strtoul(words[2], nullptr, 10));
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
