#pragma once

#include "privacy/document.hpp"

#include <string>

namespace souk::privacy {

/// What a person with the right to may ask for.
struct Ask {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::string what;  ///< export, erase_customer
    orders::PersonIds person;
    std::optional<core::Uuid> askedBy;
};

/// Requests of people, and what is read of all requests. Thread-safe.
class PrivacyService {
public:
    explicit PrivacyService(PrivacyTools tools) : tools_(std::move(tools)) {}

    /// The row and its job, in one transaction. NotFound without such an integration; Rejected when
    /// nobody is named, or by too much.
    sdk::Result<Request> ask(const Ask& wanted);

    /// The document of an export, made now. NotFound without such a request; Rejected when it is no
    /// export, or its person was erased since.
    sdk::Result<std::string> document(const core::Uuid& storeId, const core::Uuid& id);

private:
    PrivacyTools tools_;
};

}  // namespace souk::privacy
