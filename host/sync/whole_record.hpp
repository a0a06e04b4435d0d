#pragma once

#include <souk/sdk/sync.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::sync {

/// Joins the pages of one record: variants and media of a product, lines, refunds and fulfilments
/// of an order are appended in the order they came; other records are kept beside it.
class WholeRecord {
public:
    /// False: the record changed between two pages, everything gathered is worthless.
    bool add(sdk::Page page);
    /// Complete, once the last page was added.
    std::vector<sdk::Record> take();
    std::vector<sdk::Reject> takeRejects() { return std::move(rejects_); }

private:
    std::optional<bool> join(sdk::Record& record);

    std::vector<sdk::Record> records_;
    std::vector<sdk::Reject> rejects_;
};

}  // namespace souk::sync
