#include "support/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace souk::test {

namespace {

bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isNamePart(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
}

std::optional<double> numberFrom(std::string_view text) {
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "-Inf") return -std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    double value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || at != text.data() + text.size()) return std::nullopt;
    return value;
}

/// One line, read from left to right.
class Line {
public:
    explicit Line(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }
    bool take(std::string_view wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }
    std::string name() {
        if (rest_.empty() || !isNameStart(rest_.front())) return {};
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), isNamePart);
        std::string found(rest_.begin(), end);
        rest_.remove_prefix(found.size());
        return found;
    }
    /// What follows the opening quote, unescaped; nothing without a closing one.
    std::optional<std::string> quoted() {
        std::string value;
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            const char c = rest_[i];
            if (c == '"') {
                rest_.remove_prefix(i + 1);
                return value;
            }
            if (c != '\\') {
                value += c;
                continue;
            }
            if (++i == rest_.size()) return std::nullopt;
            if (rest_[i] == 'n')
                value += '\n';
            else if (rest_[i] == '"' || rest_[i] == '\\')
                value += rest_[i];
            else
                return std::nullopt;
        }
        return std::nullopt;
    }

private:
    std::string_view rest_;
};

class Reader {
public:
    Exposition take(std::string_view text) {
        if (text.empty() || text.back() != '\n') fault("the last line has no line feed");
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            line_ = std::string(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            read();
        }
        for (const auto& [name, family] : found_.families) judge(name, family);
        return std::move(found_);
    }

private:
    void fault(const std::string& what) { found_.faults.push_back(what + ": " + line_); }

    void read() {
        Line line(line_);
        if (line.take("# HELP "))
            help(line);
        else if (line.take("# TYPE "))
            type(line);
        else if (line_.starts_with('#') || line_.empty())
            fault("neither HELP, TYPE nor a sample");
        else
            sample(line);
    }
    void help(Line& line) {
        current_ = line.name();
        if (current_.empty() || !line.take(" ") || line.done()) return fault("a HELP without text");
        if (found_.families.contains(current_)) fault("a family told of twice");
        found_.families[current_].help = line.rest();
    }
    void type(Line& line) {
        const auto name = line.name();
        if (name != current_ || !line.take(" ")) return fault("TYPE does not follow its HELP");
        auto& family = found_.families[name];
        if (!family.type.empty() || !family.samples.empty()) fault("a second or late TYPE");
        family.type = line.rest();
        static const std::set<std::string> kTypes{"counter", "gauge", "histogram"};
        if (!kTypes.contains(family.type)) fault("a type that is none of ours");
    }
    void sample(Line& line) {
        Exposition::Sample one;
        one.name = line.name();
        if (line.take("{") && !labels(line, one)) return fault("labels that cannot be read");
        if (!line.take(" ")) return fault("no space before the value");
        const auto value = numberFrom(line.rest());
        if (!value) return fault("a value that is no number");
        one.value = *value;
        auto& family = found_.families[current_];
        if (!belongs(one.name, family.type)) return fault("a sample outside of its family");
        const auto same = [&](const auto& other) {
            return other.name == one.name && other.labels == one.labels;
        };
        if (std::any_of(family.samples.begin(), family.samples.end(), same))
            fault("a sample told of twice");
        family.samples.push_back(std::move(one));
    }
    static bool labels(Line& line, Exposition::Sample& one) {
        do {
            const auto name = line.name();
            if (name.empty() || !line.take("=\"")) return false;
            auto value = line.quoted();
            if (!value || !one.labels.emplace(name, *std::move(value)).second) return false;
        } while (line.take(","));
        return line.take("}");
    }
    bool belongs(const std::string& name, const std::string& type) const {
        if (type != "histogram") return name == current_;
        return name == current_ + "_bucket" || name == current_ + "_sum" ||
               name == current_ + "_count";
    }

    void judge(const std::string& name, const Exposition::Family& family) {
        line_ = name;
        if (!name.starts_with("souk_")) fault("a name that is not ours");
        if (name.ends_with("_total") != (family.type == "counter"))
            fault("counters, and only they, end in _total");
        if (family.type == "histogram" && !name.ends_with("_seconds") && !name.ends_with("_events"))
            fault("a histogram that does not name its unit");
        if (!family.help.ends_with('.')) fault("a HELP that is no sentence");
        for (const auto& sample : family.samples) {
            if (std::isnan(sample.value)) fault("not a number");
            if (family.type != "gauge" && sample.value < 0) fault("a count below zero");
        }
        if (family.type == "histogram") judgeBuckets(family);
    }
    void judgeBuckets(const Exposition::Family& family) {
        struct Series {
            std::map<double, double> buckets;
            std::optional<double> sum, count;
        };
        std::map<std::map<std::string, std::string>, Series> all;
        for (const auto& sample : family.samples) {
            auto labels = sample.labels;
            std::optional<double> bound;
            if (const auto le = labels.find("le"); le != labels.end()) {
                bound = numberFrom(le->second);
                labels.erase(le);
            }
            auto& series = all[labels];
            if (sample.name.ends_with("_bucket") && bound)
                series.buckets[*bound] = sample.value;
            else if (sample.name.ends_with("_sum"))
                series.sum = sample.value;
            else if (sample.name.ends_with("_count"))
                series.count = sample.value;
        }
        for (const auto& [labels, series] : all) {
            if (!series.sum || !series.count) fault("a histogram without sum or count");
            if (series.buckets.empty() || !std::isinf(series.buckets.rbegin()->first))
                return fault("a histogram without its last bucket");
            if (series.buckets.rbegin()->second != series.count) fault("+Inf is not the count");
            double last = 0;
            for (const auto& [bound, value] : series.buckets)
                if (std::exchange(last, value) > value) fault("buckets that do not grow");
        }
    }

    Exposition found_;
    std::string current_;
    std::string line_;
};

}  // namespace

Exposition Exposition::read(std::string_view text) {
    return Reader().take(text);
}

std::string Exposition::told() const {
    std::string all;
    for (const auto& fault : faults) all += fault + '\n';
    return all;
}

double Exposition::sum(const std::string& family,
                       const std::map<std::string, std::string>& labels) const {
    double total = 0;
    const auto found = families.find(family);
    if (found == families.end()) return total;
    for (const auto& sample : found->second.samples)
        if (std::includes(sample.labels.begin(), sample.labels.end(), labels.begin(), labels.end()))
            total += sample.value;
    return total;
}

}  // namespace souk::test
