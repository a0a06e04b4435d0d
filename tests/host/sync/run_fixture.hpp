#pragma once

#include "host/sync/fake_hub.hpp"

#include <memory>
#include <optional>
#include <string>

namespace souk::test {

/// A fresh hub for every test, and the short words its runs are told with.
class RunFixture : public CppUnit::TestFixture {
public:
    void setUp() override { hub_ = std::make_unique<FakeHub>(); }
    void tearDown() override { hub_.reset(); }

protected:
    FakeSource& customers() { return hub_->plugin->customers; }
    void fill(int count) {
        for (int i = 0; i < count; ++i) customers().records.push_back(customer(std::to_string(i)));
    }
    core::Uuid startCustomers(std::optional<sync::Mode> mode = std::nullopt) {
        return hub_->start({sdk::Entity::Customer}, mode);
    }
    std::string statusOf(const core::Uuid& run) { return hub_->progress(run).status; }

    std::unique_ptr<FakeHub> hub_;
};

}  // namespace souk::test
