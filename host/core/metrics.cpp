#include "core/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace souk::core {

namespace {

/// With a backslash before each of `special`, and line breaks as \n.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

std::string number(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

/// `a="x",b="y"`, without braces.
std::string labelText(const Labels& labels) {
    std::string out;
    for (const auto& [key, value] : labels) {
        if (!out.empty()) out += ',';
        out += key + "=\"" + escaped(value, "\\\"") + '"';
    }
    return out;
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

struct Metrics::Family {
    std::string help;
    std::string type;
    // Nodes of a map stay where they are, which is what lets callers keep references.
    std::map<std::string, Counter> counters;
    std::map<std::string, Gauge> gauges;
    std::map<std::string, Histogram> histograms;
    std::function<double()> observed;
};

Metrics::Family& Metrics::family(const std::string& name,
                                 const std::string& help,
                                 std::string_view type) {
    auto& slot = families_[name];
    if (!slot) {
        slot = std::make_shared<Family>();
        slot->help = help;
        slot->type = type;
    }
    if (slot->type != type)
        throw std::logic_error("metric " + name + " is already a " + slot->type);
    return *slot;
}

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    return family(name, help, "counter").counters[labelText(labels)];
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    return family(name, help, "gauge").gauges[labelText(labels)];
}

Histogram& Metrics::histogram(const std::string& name,
                              const std::string& help,
                              const Labels& labels,
                              const Bounds& bounds) {
    const std::lock_guard lock(mutex_);
    auto& all = family(name, help, "histogram").histograms;
    return all.try_emplace(labelText(labels), bounds).first->second;
}

void Metrics::observed(const std::string& name,
                       const std::string& help,
                       std::function<double()> value) {
    const std::lock_guard lock(mutex_);
    const auto* const type = name.ends_with("_total") ? "counter" : "gauge";
    family(name, help, type).observed = std::move(value);
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
    std::vector<std::pair<std::string, std::function<double()>>> questions;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, family] : families_)
            if (family->observed) questions.emplace_back(name, family->observed);
    }
    std::map<std::string, double> answers;
    for (const auto& [name, ask] : questions) answers[name] = ask();
    return answers;
}

std::string Metrics::text() const {
    // Before the lock below: an observer may itself use this registry.
    const auto answers = askObservers();
    std::string out;
    const std::lock_guard lock(mutex_);
    for (const auto& [name, family] : families_) {
        out += "# HELP " + name + ' ' + escaped(family->help, "\\") + '\n';
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
