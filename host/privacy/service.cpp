#include "privacy/service.hpp"

#include "core/correlation.hpp"
#include "intake/intake.hpp"

#include <algorithm>

namespace souk::privacy {

namespace {

constexpr std::size_t kMostOrders = 1000;
constexpr std::size_t kLongestId = 500;

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

sdk::Result<sdk::Done> checked(const orders::PersonIds& person) {
    const auto isId = [](const std::string& id) { return !id.empty() && id.size() <= kLongestId; };
    if (person.customer.empty() && person.orders.empty())
        return rejected("Name the person: customer_external_id, or the ids of a guest's orders.");
    if (!person.customer.empty() && !isId(person.customer))
        return rejected("customer_external_id is longer than 500 bytes.");
    if (person.orders.size() > kMostOrders)
        return rejected("order_external_ids names more than 1000 orders; ask in parts.");
    if (!std::all_of(person.orders.begin(), person.orders.end(), isId))
        return rejected("order_external_ids holds an id that is empty or longer than 500 bytes.");
    return sdk::Done{};
}

}  // namespace

sdk::Result<Request> PrivacyService::ask(const Ask& wanted) {
    SOUK_TRY(checked(wanted.person));
    auto tx = tools_.database.forStore(wanted.storeId);
    if (!store::Integrations::find(tx, wanted.integrationId))
        return sdk::Error{sdk::ErrorKind::NotFound, "There is no such integration in this store."};
    Request request;
    request.storeId = wanted.storeId;
    request.id = core::newId();
    request.integrationId = wanted.integrationId;
    request.what = wanted.what;
    request.origin = "person";
    request.askedBy = wanted.askedBy;
    request.correlationId = core::Correlation::current();
    request.person = hashOf(wanted.person, tools_.hash);
    request.receivedAt = tools_.clock.now();
    if (wanted.what == kExport) request.subject = subjectOf(wanted.person);
    Requests::add(tx, request);
    jobs::NewJob job;
    job.integrationId = wanted.integrationId;
    job.kind = intake::kPrivacyKind;
    job.payload = payloadOf({wanted.what, wanted.person, {}, {}, request.id});
    jobs::enqueue(tx, wanted.storeId, {job});
    const auto added = Requests::find(tx, wanted.storeId, request.id);
    tx.commit();
    return *added;
}

sdk::Result<std::string> PrivacyService::document(const core::Uuid& storeId, const core::Uuid& id) {
    std::optional<Request> request;
    {
        auto tx = tools_.database.forStore(storeId);
        request = Requests::find(tx, storeId, id);
    }
    if (!request)
        return sdk::Error{sdk::ErrorKind::NotFound,
                          "There is no such request; GET /api/v1/privacy-requests lists them."};
    if (request->what != kExport)
        return rejected("This request asked for erasure; only an export has a document.");
    if (!request->subject)
        return rejected("The person was erased since; nothing is kept that could be told.");
    auto made = documentOf(tools_, {storeId, request->integrationId}, personIn(*request->subject));
    auto tx = tools_.database.forStore(storeId);
    Requests::fetched(tx, *request, tools_.clock.now());
    tx.commit();
    return std::move(made.json);
}

}  // namespace souk::privacy
