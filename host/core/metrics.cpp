#include "core/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <type_traits>

namespace souk::core {

namespace {

/// With a backslash before each of `special`, and line breaks as \n.
void appendEscaped(std::string& out, std::string_view text, std::string_view special) {
    const auto plain = std::min(text.find_first_of(special), text.find('\n'));
    out += text.substr(0, plain);
    for (const char c : text.substr(std::min(plain, text.size()))) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
}

std::string number(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

/// `a="x",b="y"`, without braces.
void appendLabels(std::string& out, std::span<const Label> labels) {
    bool first = true;
    for (const auto& [key, value] : labels) {
        if (!first) out += ',';
        first = false;
        out.append(key).append("=\"");
        appendEscaped(out, value, "\\\"");
        out += '"';
    }
}

std::string braced(const std::string& labels) {
    return labels.empty() ? "" : '{' + labels + '}';
}

}  // namespace

void Histogram::observe(double value) noexcept {
    const auto* const bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    const auto index = static_cast<std::size_t>(bound - bounds_.begin());
    buckets_[index].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

struct Observation::Observer {
    std::mutex mutex;  ///< held while it is asked
    std::function<double()> value;
};

Observation& Observation::operator=(Observation&& other) noexcept {
    if (this == &other) return *this;
    end();
    observer_ = std::move(other.observer_);
    return *this;
}

Observation::~Observation() {
    end();
}

void Observation::end() noexcept {
    if (!observer_) return;
    const std::lock_guard lock(observer_->mutex);
    observer_->value = nullptr;
}

struct Metrics::Family {
    std::string help;
    std::string type;
    // Nodes of a map stay where they are, which is what lets callers keep references.
    std::map<std::string, Counter> counters;
    std::map<std::string, Gauge> gauges;
    std::map<std::string, Histogram> histograms;
    std::shared_ptr<Observation::Observer> observer;

    template <class T>
    auto& all() {
        if constexpr (std::is_same_v<T, Counter>)
            return counters;
        else if constexpr (std::is_same_v<T, Gauge>)
            return gauges;
        else
            return histograms;
    }
};

Metrics::Family& Metrics::family(std::string_view name,
                                 std::string_view help,
                                 std::string_view type) {
    auto& slot = families_[std::string(name)];
    if (!slot) {
        slot = std::make_shared<Family>();
        slot->help = help;
        slot->type = type;
    }
    if (slot->type != type)
        throw std::logic_error("metric " + std::string(name) + " is already a " + slot->type);
    return *slot;
}

template <class T, class... Args>
T& Metrics::find(Index<T>& index,
                 std::string_view name,
                 std::string_view help,
                 std::span<const Label> labels,
                 const Args&... args) {
    constexpr std::string_view kType = std::is_same_v<T, Counter> ? "counter"
                                       : std::is_same_v<T, Gauge> ? "gauge"
                                                                  : "histogram";
    thread_local std::string key;  // asked for with every request: no memory is asked for
    key.assign(name) += '{';
    appendLabels(key, labels);
    const std::lock_guard lock(mutex_);
    if (const auto known = index.find(std::string_view(key)); known != index.end())
        return *known->second;
    auto& all = family(name, help, kType).template all<T>();
    auto& made = all.try_emplace(key.substr(name.size() + 1), args...).first->second;
    index.emplace(key, &made);
    return made;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
    return find(counters_, name, help, labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
    return find(gauges_, name, help, labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, std::span<const Label> labels) {
    return find(gauges_, name, help, labels);
}

Histogram& Metrics::histogram(std::string_view name,
                              std::string_view help,
                              Labels labels,
                              const Bounds& bounds) {
    return find(histograms_, name, help, labels, bounds);
}

Observation Metrics::observed(std::string_view name,
                              std::string_view help,
                              std::function<double()> value) {
    auto observer = std::make_shared<Observation::Observer>();
    observer->value = std::move(value);
    const std::lock_guard lock(mutex_);
    const auto* const type = name.ends_with("_total") ? "counter" : "gauge";
    family(name, help, type).observer = observer;
    return Observation(std::move(observer));
}

void Metrics::print(std::string& out,
                    const std::string& name,
                    const std::string& labels,
                    const Histogram& histogram) {
    const std::string prefix = labels.empty() ? "" : labels + ',';
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < histogram.buckets_.size(); ++i) {
        total += histogram.buckets_[i].load(std::memory_order_relaxed);
        const auto bound =
            i < histogram.bounds_.size() ? number(histogram.bounds_[i]) : std::string("+Inf");
        out.append(name).append("_bucket{").append(prefix).append("le=\"").append(bound);
        out.append("\"} ").append(std::to_string(total)).append("\n");
    }
    const double sum = histogram.sum_.load(std::memory_order_relaxed);
    out += name + "_sum" + braced(labels) + ' ' + number(sum) + '\n';
    out += name + "_count" + braced(labels) + ' ' + std::to_string(total) + '\n';
}

std::map<std::string, double> Metrics::askObservers() const {
    std::vector<std::pair<std::string, std::shared_ptr<Observation::Observer>>> observers;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, family] : families_)
            if (family->observer) observers.emplace_back(name, family->observer);
    }
    std::map<std::string, double> answers;
    for (const auto& [name, observer] : observers) {
        const std::lock_guard lock(observer->mutex);
        if (observer->value) answers[name] = observer->value();
    }
    return answers;
}

std::string Metrics::text() const {
    // Before the lock below: an observer may itself use this registry.
    const auto answers = askObservers();
    std::string out;
    const std::lock_guard lock(mutex_);
    for (const auto& [name, family] : families_) {
        out += "# HELP " + name + ' ';
        appendEscaped(out, family->help, "\\");
        out += '\n';
        out += "# TYPE " + name + ' ' + family->type + '\n';
        for (const auto& [labels, counter] : family->counters)
            out += name + braced(labels) + ' ' + number(counter.value()) + '\n';
        for (const auto& [labels, gauge] : family->gauges)
            out += name + braced(labels) + ' ' + number(gauge.value()) + '\n';
        if (const auto answer = answers.find(name); answer != answers.end())
            out += name + ' ' + number(answer->second) + '\n';
        for (const auto& [labels, histogram] : family->histograms)
            print(out, name, labels, histogram);
    }
    return out;
}

}  // namespace souk::core
