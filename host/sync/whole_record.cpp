#include "sync/whole_record.hpp"

#include <iterator>

namespace souk::sync {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void appendChildren(sdk::Product& whole, sdk::Product& part) {
    append(whole.variants, part.variants);
    append(whole.media, part.media);
    whole.partial = part.partial;
}

void appendChildren(sdk::Order& whole, sdk::Order& part) {
    append(whole.lines, part.lines);
    append(whole.refunds, part.refunds);
    append(whole.fulfilments, part.fulfilments);
    whole.partial = part.partial;
}

/// None: another record. False: the same one, but of another time.
template <class T>
std::optional<bool> joinInto(sdk::Record& known, sdk::Record& record) {
    auto* whole = std::get_if<T>(&known);
    auto* part = std::get_if<T>(&record);
    if (whole == nullptr || part == nullptr || whole->externalId != part->externalId)
        return std::nullopt;
    if (whole->updatedAt != part->updatedAt) return false;
    appendChildren(*whole, *part);
    return true;
}

}  // namespace

std::optional<bool> WholeRecord::join(sdk::Record& record) {
    for (sdk::Record& known : records_) {
        if (auto joined = joinInto<sdk::Product>(known, record)) return joined;
        if (auto joined = joinInto<sdk::Order>(known, record)) return joined;
    }
    return std::nullopt;
}

bool WholeRecord::add(sdk::Page page) {
    append(rejects_, page.rejects);
    for (sdk::Record& record : page.records) {
        const auto joined = join(record);
        if (joined && !*joined) return false;
        if (!joined) records_.push_back(std::move(record));
    }
    return true;
}

std::vector<sdk::Record> WholeRecord::take() {
    for (sdk::Record& record : records_) {
        if (auto* product = std::get_if<sdk::Product>(&record)) product->partial = false;
        if (auto* order = std::get_if<sdk::Order>(&record)) order->partial = false;
    }
    return std::move(records_);
}

}  // namespace souk::sync
