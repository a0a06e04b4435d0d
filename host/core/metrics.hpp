#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace souk::core {

/// A label's name and value.
using Label = std::pair<std::string_view, std::string_view>;
/// In the order they are printed; read during the call only.
using Labels = std::initializer_list<Label>;

class Counter {
public:
    void add(double amount = 1) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
    double value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

class Gauge {
public:
    void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void add(double amount) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
    double value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

/// Upper ends of a histogram's buckets: seconds from 1 ms to a minute, or amounts.
using Bounds = std::array<double, 14>;
inline constexpr Bounds kSeconds{
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60};
inline constexpr Bounds kAmounts{
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000};

class Histogram {
public:
    explicit Histogram(const Bounds& bounds = kSeconds) noexcept : bounds_(bounds) {}
    void observe(double value) noexcept;

private:
    friend class Metrics;
    const Bounds& bounds_;
    std::array<std::atomic<std::uint64_t>, 15> buckets_{};
    std::atomic<double> sum_{0};
};

/// Keeps an observer asked. When it goes nobody asks any more; it waits for an answer under way, so
/// that what the observer refers to may go after it.
class [[nodiscard]] Observation {
public:
    Observation() = default;
    Observation(Observation&&) noexcept = default;
    Observation& operator=(Observation&& other) noexcept;
    ~Observation();

private:
    friend class Metrics;
    struct Observer;
    explicit Observation(std::shared_ptr<Observer> observer) : observer_(std::move(observer)) {}
    void end() noexcept;
    std::shared_ptr<Observer> observer_;
};

/// What this host counts, printed in Prometheus' text format. References stay valid for the
/// registry's life; asking again for what is there is cheap enough for every request. Thread-safe.
class Metrics {
public:
    /// Names follow Prometheus: souk_http_requests_total, souk_inbox_depth, ..._seconds.
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    /// For labels that are known when the host runs only.
    Gauge& gauge(std::string_view name, std::string_view help, std::span<const Label> labels);
    Histogram& histogram(std::string_view name,
                         std::string_view help,
                         Labels labels = {},
                         const Bounds& bounds = kSeconds);
    /// Asked at each scrape until the answer of this goes; as a counter when the name says so
    /// (_total).
    Observation observed(std::string_view name,
                         std::string_view help,
                         std::function<double()> value);

    std::string text() const;

private:
    struct Family;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// By name and labels.
    template <class T>
    using Index = std::unordered_map<std::string, T*, TextHash, std::equal_to<>>;

    static void print(std::string& out,
                      const std::string& name,
                      const std::string& labels,
                      const Histogram& histogram);
    std::map<std::string, double> askObservers() const;
    Family& family(std::string_view name, std::string_view help, std::string_view type);
    template <class T, class... Args>
    T& find(Index<T>& index,
            std::string_view name,
            std::string_view help,
            std::span<const Label> labels,
            const Args&... args);

    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Family>, std::less<>> families_;
    Index<Counter> counters_;
    Index<Gauge> gauges_;
    Index<Histogram> histograms_;
};

}  // namespace souk::core
