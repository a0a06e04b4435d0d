#include "app/commands.hpp"
#include "app/interrupt.hpp"

#include <algorithm>
#include <cstdio>

namespace souk::app {

namespace {

struct Wanted {
    std::string integration, mode, run;
    std::vector<std::string> entities;
    bool follow = false;
};

std::string bodyOf(const Wanted& wanted, const std::string& integrationId) {
    sdk::JsonWriter body;
    body.object().key("integration_id").text(integrationId);
    if (!wanted.mode.empty()) body.key("mode").text(wanted.mode);
    if (!wanted.entities.empty()) {
        body.key("entities").array();
        for (const auto& entity : wanted.entities) body.text(entity);
        body.end();
    }
    return body.end().take();
}

std::string duration(std::int64_t seconds) {
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600)
        return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds % 3600 / 60) + " min";
}

/// "[##########----------] product 1,200 of 2,000, 310/s, 3 s left, 0 rejects".
std::string bar(const sdk::Json& run) {
    constexpr std::int64_t kCells = 30;
    const auto processed = run.integerOr("processed", 0);
    const auto total = run.integerOr("total", 0);
    const auto filled =
        total > 0 ? std::clamp<std::int64_t>(processed * kCells / total, 0, kCells) : 0;
    std::string line = "[" + std::string(static_cast<std::size_t>(filled), '#') +
                       std::string(static_cast<std::size_t>(kCells - filled), '-') + "] ";
    const auto stage = run.textOr("stage", "");
    line += (stage.empty() ? run.textOr("status", "") : stage) + ' ' + std::to_string(processed);
    if (total > 0) line += " of " + std::to_string(total);
    if (run.has("rate_per_second")) {
        const auto rate = run.textOr("rate_per_second", "0");
        line += ", " + rate.substr(0, rate.find('.')) + "/s";
    }
    if (run.has("seconds_left"))
        line += ", " + duration(run.integerOr("seconds_left", 0)) + " left";
    line += ", " + std::to_string(run.integerOr("rejects", 0)) + " rejects";
    return line;
}

bool ended(const sdk::Json& run) {
    const auto status = run.textOr("status", "");
    return status == "complete" || status == "incomplete" || status == "failed" ||
           status == "cancelled";
}

void finish(Console& console, const sdk::Json& run) {
    const auto status = run.textOr("status", "");
    if (console.json)
        console.show(run);
    else
        console.out << status << (run.booleanOr("verified", false) ? ", verified" : "") << ": "
                    << run.integerOr("processed", 0) << " records, " << run.integerOr("changed", 0)
                    << " changed, " << run.integerOr("rejects", 0) << " rejects\n";
    if (status != "complete")
        throw CommandError("The run is " + status + ": " +
                           run.textOr("error", "no reason was given"));
}

/// Shows the run until it ends. Ctrl-C ends the watching, not the run.
void follow(Console& console, const std::string& store, const std::string& id) {
    const Interrupt interrupt;
    const auto route = "/api/v1/sync/" + id;
    for (;;) {
        const auto run = console.client().get(route, {{"store_id", store}});
        if (!console.json) console.err << "\r\033[K" << bar(run) << std::flush;
        if (ended(run)) {
            if (!console.json) console.err << '\n';
            return finish(console, run);
        }
        if (interrupt.waitFor(std::chrono::milliseconds(300))) {
            console.err << "\nthe run goes on; watch it again with: souk sync watch " << id << '\n';
            return;
        }
    }
}

}  // namespace

void addSyncCommands(CLI::App& app, Console& console) {
    auto* group =
        app.add_subcommand("sync", "Synchronisation runs (a running `souk serve` carries them out)")
            ->require_subcommand(1);
    auto wanted = std::make_shared<Wanted>();

    auto* run = addCommandInStore(
        *group, console, "run", "Ask for a run; joins one that is active already");
    run->add_option(
        "integration", wanted->integration, "Name or id (not needed when there is only one)");
    run->add_option("--mode", wanted->mode, "full, incremental or verify")
        ->check(CLI::IsMember({"full", "incremental", "verify"}));
    run->add_option("--entities", wanted->entities, "customer, product, order (default: all)")
        ->delimiter(',');
    run->add_flag(
        "--follow", wanted->follow, "Show progress until it ends; exit 1 unless it is complete");
    run->callback([&console, wanted] {
        const auto store = console.storeId();
        const auto answer = console.client().post(
            "/api/v1/sync", bodyOf(*wanted, console.integrationId(wanted->integration)));
        if (wanted->follow)
            follow(console, store, answer.textOr("id", ""));
        else
            console.show(answer);
    });

    auto* list = addCommandInStore(*group, console, "list", "List runs, newest first");
    auto paging = std::make_shared<Paging>();
    paging->addTo(*list);
    list->callback([&console, paging] {
        Parameters query{{"store_id", console.storeId()}};
        paging->into(query);
        console.list(console.client().get("/api/v1/sync", query),
                     {column("ID", "id"),
                      column("MODE", "mode"),
                      column("BY", "trigger"),
                      column("STATUS", "status"),
                      column("STAGE", "stage"),
                      column("PROCESSED", "processed"),
                      column("CHANGED", "changed"),
                      column("REJECTS", "rejects"),
                      column("FINISHED", "finished_at"),
                      column("ERROR", "error")});
    });

    const auto one = [&](const std::string& name, const std::string& help) {
        auto* command = addCommandInStore(*group, console, name, help);
        command->add_option("run", wanted->run, "Id of the run")->required();
        return command;
    };
    one("status", "Show one run, whole")->callback([&console, wanted] {
        console.show(
            console.client().get("/api/v1/sync/" + wanted->run, {{"store_id", console.storeId()}}));
    });
    one("watch", "Show progress of a run until it ends")->callback([&console, wanted] {
        follow(console, console.storeId(), wanted->run);
    });
    one("cancel", "Stop a run between two pages")->callback([&console, wanted] {
        console.show(console.client().post(
            "/api/v1/sync/" + wanted->run + "/cancel", "{}", {{"store_id", console.storeId()}}));
    });
}

}  // namespace souk::app
