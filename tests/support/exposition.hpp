#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace souk::test {

/// What /metrics printed, read strictly by the grammar of Prometheus' text format 0.0.4 and by the
/// conventions of its names. Nothing is forgiven: what is odd is in `faults`.
struct Exposition {
    struct Sample {
        std::string name;  ///< with _bucket, _sum, _count
        std::map<std::string, std::string> labels;
        double value = 0;
    };
    struct Family {
        std::string type;
        std::string help;
        std::vector<Sample> samples;
    };
    std::map<std::string, Family> families;
    std::vector<std::string> faults;

    static Exposition read(std::string_view text);

    /// All faults in one text, empty when there is none.
    std::string told() const;
    /// The sum of a family's samples that carry these labels (among others).
    double sum(const std::string& family,
               const std::map<std::string, std::string>& labels = {}) const;
};

}  // namespace souk::test
