#include "app/commands.hpp"
#include "app/doctor.hpp"

#include <algorithm>

namespace souk::app {

namespace {

std::string jsonOf(const std::vector<Finding>& findings, bool healthy) {
    sdk::JsonWriter json;
    json.object().key("ok").boolean(healthy).key("data").array();
    for (const auto& finding : findings)
        json.object()
            .key("check")
            .text(finding.check)
            .key("status")
            .text(name(finding.level))
            .key("message")
            .text(finding.sentence)
            .end();
    return json.end().end().take();
}

void examine(Console& console) {
    const core::SystemClock clock;
    Doctor doctor(console.global, clock, [](const std::filesystem::path& folder) {
        return std::filesystem::space(folder);
    });
    const auto findings = doctor.examine();
    const auto errors = std::count_if(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.level == Finding::Level::Error;
    });
    if (console.json) {
        console.out << jsonOf(findings, errors == 0) << '\n';
    } else {
        constexpr std::size_t kWidth = 9;
        for (const auto& finding : findings) {
            std::string level(name(finding.level));
            level.resize(std::max(kWidth, level.size()), ' ');
            console.out << level << finding.check << ": " << printable(finding.sentence) << '\n';
        }
    }
    if (errors > 0)
        throw CommandError(std::to_string(errors) + (errors == 1 ? " thing is" : " things are") +
                           " wrong (see above).");
}

}  // namespace

void addDoctorCommand(CLI::App& app, Console& console) {
    addCommand(
        app, console, "doctor", "Look at everything a hub needs; exit 1 when something is wrong")
        ->callback([&console] { examine(console); });
}

}  // namespace souk::app
