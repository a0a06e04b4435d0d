#pragma once

#include "jobs/queue.hpp"
#include "orders/eraser.hpp"
#include "privacy/requests.hpp"

#include <functional>
#include <optional>
#include <string>

namespace souk::privacy {

/// Keyed hash of a person's id, hex; webhook.people holds the same.
using PersonHash = std::function<std::string(std::string_view)>;

/// What a job "privacy" carries: {"what", "customer_external_id", "order_external_ids",
/// "request_id", "event" or "request"}. Gone with the job.
struct Wish {
    std::string what;
    orders::PersonIds person;
    std::string externalId;             ///< the platform's id of the request, empty if none
    std::optional<core::Uuid> event;    ///< that brought it
    std::optional<core::Uuid> request;  ///< the row, when a person asked
};

/// BadPayload when it names nobody, or nothing the room knows.
sdk::Result<Wish> wishFrom(const std::string& payload);
std::string payloadOf(const Wish& wish);

/// {"customer", "orders"} and back.
std::string subjectOf(const orders::PersonIds& person);
orders::PersonIds personIn(const std::string& subject);

/// Under what a request about the person is kept.
std::string hashOf(const orders::PersonIds& person, const PersonHash& hash);

/// The hashes of everything the person is known by.
std::vector<std::string> hashesOf(store::Transaction& store,
                                  const store::RecordScope& scope,
                                  const orders::PersonIds& person,
                                  const PersonHash& hash);

}  // namespace souk::privacy
