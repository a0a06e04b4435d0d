#include "store/guard.hpp"

#include <algorithm>
#include <unordered_map>

namespace souk::store {

namespace {

constexpr std::string_view kLockCreation = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

bool wholeSecond(sdk::Timestamp at) noexcept {
    return at == std::chrono::floor<std::chrono::seconds>(at);
}

bool writes(Verdict verdict) noexcept {
    return verdict == Verdict::Created || verdict == Verdict::Updated ||
           verdict == Verdict::Deleted || verdict == Verdict::Touched;
}

Ruling ruleOnRevival(const RecordScope& scope, sdk::Timestamp version, sdk::Timestamp deleted) {
    if (sameMoment(version, deleted)) {
        // Seconds cannot tell which came last; a live read wins but is checked once more, because
        // it may have been under way while the deletion happened.
        if (scope.authoritative) return {Verdict::Created, "it is there again", true};
        return {Verdict::Refetch, "stamped in the second of its deletion: to be confirmed"};
    }
    if (version < deleted) return {Verdict::Stale, "older than its deletion"};
    if (scope.authoritative) return {Verdict::Created, "it is there again"};
    return {Verdict::Refetch, "newer than its deletion: to be confirmed"};
}

Known knownFrom(const Row& row) {
    Known known;
    known.id = row.uuid("id");
    if (!row.null("content_hash")) known.contentHash = row.bytes("content_hash");
    known.version = row.maybeTime("source_version");
    known.deletedVersion = row.maybeTime("deleted_version");
    known.deleted = row.boolean("deleted");
    known.parentId = row.maybeUuid("parent_id");
    return known;
}

using Members = std::vector<Incoming*>;

void look(Transaction& tx, const RecordScope& scope, std::string_view sql, const Members& members) {
    std::vector<std::string> keys;
    std::unordered_map<std::string_view, Incoming*> byKey;
    keys.reserve(members.size());
    for (Incoming* member : members) {
        member->known.reset();
        keys.push_back(member->key);
        byKey.emplace(member->key, member);
    }
    for (const Row row : tx.query(sql, scope.storeId, scope.integrationId, keys)) {
        const auto found = byKey.find(row.text("key"));
        if (found != byKey.end()) found->second->known = knownFrom(row);
    }
}

}  // namespace

bool sameMoment(sdk::Timestamp a, sdk::Timestamp b) noexcept {
    if (a == b) return true;
    if (!wholeSecond(a) && !wholeSecond(b)) return false;
    return std::chrono::floor<std::chrono::seconds>(a) ==
           std::chrono::floor<std::chrono::seconds>(b);
}

Ruling ruleOnContent(const RecordScope& scope, const Incoming& incoming) {
    const sdk::Timestamp version = incoming.version.value_or(scope.now);
    const bool cut = incoming.partial && !scope.authoritative;
    constexpr Ruling kCut{Verdict::Refetch, "the platform cut its lists: to be read whole"};
    if (!incoming.known) return cut ? kCut : Ruling{Verdict::Created, "new"};

    const Known& known = *incoming.known;
    if (known.deleted)
        return ruleOnRevival(scope, version, known.deletedVersion.value_or(scope.now));
    const sdk::Timestamp stored = known.version.value_or(sdk::Timestamp{});
    if (version < stored) return {Verdict::Stale, "older than what is stored"};
    const bool same = incoming.hash == known.contentHash;
    if (same) return {version == stored ? Verdict::Unchanged : Verdict::Touched, "same content"};
    if (cut) return kCut;
    if (version == stored && !scope.authoritative)
        return {Verdict::Refetch, "same stamp, other content: to be read again"};
    return {Verdict::Updated, version == stored ? "same stamp, read again" : "newer"};
}

Ruling ruleOnDeletion(const RecordScope& scope, const Incoming& incoming) {
    const bool gone = incoming.known && incoming.known->deleted;
    if (!incoming.version) {
        if (gone) return {Verdict::Unchanged, "already deleted"};
        if (scope.authoritative) return {Verdict::Deleted, "deleted"};
        return {Verdict::Refetch, "deletion to confirm"};
    }
    if (!incoming.known) return {Verdict::Deleted, "deleted before it was read"};
    const Known& known = *incoming.known;
    if (gone) {
        const bool newer = *incoming.version > known.deletedVersion.value_or(scope.now);
        return {newer ? Verdict::Touched : Verdict::Unchanged, "already deleted"};
    }
    const sdk::Timestamp stored = known.version.value_or(sdk::Timestamp{});
    if (sameMoment(*incoming.version, stored) && !scope.authoritative)
        return {Verdict::Refetch, "deleted in the second of its last change: to be confirmed"};
    if (*incoming.version < stored) return {Verdict::Stale, "changed since it was deleted"};
    return {Verdict::Deleted, "deleted"};
}

Ruling ruleOnAbsence(const RecordScope&, const Incoming& incoming) {
    if (incoming.known && incoming.known->deleted) return {Verdict::Unchanged, "already deleted"};
    return {Verdict::Deleted, "the platform says it is gone"};
}

void settle(Transaction& tx,
            const RecordScope& scope,
            const GuardedTable& table,
            const std::string& creationLock,
            Rule* rule,
            std::vector<Incoming>& page) {
    if (page.empty()) return;
    Members members;
    members.reserve(page.size());
    for (Incoming& incoming : page) members.push_back(&incoming);
    look(tx, scope, table.see, members);

    // What needs no write is settled: stored stamps only grow, so stale stays stale.
    Members pending;
    bool creates = false;
    for (Incoming* member : members) {
        member->ruling = rule(scope, *member);
        if (!writes(member->ruling.verdict)) continue;
        pending.push_back(member);
        creates = creates || !member->known;
    }
    if (pending.empty()) return;
    if (creates) lockCreation(tx, creationLock);
    look(tx, scope, table.lock, pending);
    for (Incoming* member : pending) member->ruling = rule(scope, *member);
}

void lockCreation(Transaction& tx, const std::string& name) {
    tx.query(kLockCreation, name);
}

std::vector<Incoming> newestOfEach(const RecordScope& scope,
                                   std::vector<Incoming> page,
                                   std::vector<Effect>& effects) {
    std::unordered_map<std::string, std::size_t> winners;
    winners.reserve(page.size());
    const auto stampOf = [&](const Incoming& one) { return one.version.value_or(scope.now); };
    std::vector<bool> dropped(page.size(), false);
    for (std::size_t at = 0; at < page.size(); ++at) {
        const auto [slot, first] = winners.emplace(page[at].key, at);
        if (first) continue;
        const std::size_t rival = slot->second;
        // Read live: the later one is the truth of the same second.
        const bool replaces = stampOf(page[at]) > stampOf(page[rival]) ||
                              (scope.authoritative && stampOf(page[at]) == stampOf(page[rival]));
        const std::size_t loser = replaces ? rival : at;
        if (replaces) slot->second = at;
        dropped[loser] = true;
        Effect effect{
            .verdict = Verdict::Stale, .key = page[loser].key, .why = "a newer one came with it"};
        if (stampOf(page[at]) == stampOf(page[rival])) {
            const bool differs = page[at].hash != page[rival].hash && !scope.authoritative;
            effect.verdict = differs ? Verdict::Refetch : Verdict::Unchanged;
            effect.why = differs ? "same stamp, other content: to be read again" : "came twice";
        }
        effects.push_back(std::move(effect));
    }
    std::vector<Incoming> kept;
    kept.reserve(winners.size());
    for (std::size_t at = 0; at < page.size(); ++at)
        if (!dropped[at]) kept.push_back(std::move(page[at]));
    return kept;
}

std::vector<Incoming> pageOf(const std::vector<Departure>& departures) {
    std::vector<Incoming> page;
    std::unordered_map<std::string_view, std::size_t> places;
    for (const Departure& departure : departures) {
        const auto [slot, first] = places.emplace(departure.externalId, page.size());
        if (first) {
            Incoming incoming;
            incoming.key = departure.externalId;
            incoming.version = departure.at;
            page.push_back(std::move(incoming));
        } else if (departure.at > page[slot->second].version) {
            page[slot->second].version = departure.at;
        }
    }
    return page;
}

sdk::Timestamp tombstoneVersion(const RecordScope& scope, const Incoming& incoming) {
    if (incoming.version) return *incoming.version;
    if (!incoming.known) return scope.now;
    return std::max(incoming.known->version.value_or(scope.now), scope.now);
}

Effect effectOf(const Incoming& incoming) {
    Effect effect;
    effect.verdict = incoming.ruling.verdict;
    effect.key = incoming.key;
    effect.why = incoming.ruling.why;
    effect.confirm = incoming.ruling.confirm;
    if (incoming.known) effect.entityId = incoming.known->id;
    return effect;
}

Effect Tombstones::add(const RecordScope& scope, const Incoming& incoming) {
    Effect effect = effectOf(incoming);
    if (!writes(incoming.ruling.verdict)) return effect;
    ids.push_back(incoming.known ? incoming.known->id : core::newId());
    externalIds.push_back(incoming.key);
    stamps.push_back(tombstoneVersion(scope, incoming));
    // Nobody has seen a record that was gone before it came: no news for the feed.
    if (effect.verdict == Verdict::Deleted && effect.entityId) effect.change = "deleted";
    return effect;
}

void Tombstones::write(Transaction& tx, const RecordScope& scope, std::string_view sql) const {
    if (ids.empty()) return;
    tx.query(sql, scope.storeId, scope.integrationId, ids, externalIds, stamps, scope.now);
}

void touch(Transaction& tx,
           const RecordScope& scope,
           std::string_view sql,
           const std::vector<Incoming>& page) {
    Tombstones touched;
    for (const Incoming& incoming : page)
        if (incoming.ruling.verdict == Verdict::Touched) touched.add(scope, incoming);
    if (touched.ids.empty()) return;
    tx.query(
        sql, scope.storeId, scope.integrationId, touched.ids, touched.externalIds, touched.stamps);
}

Effect contentEffectOf(const Incoming& incoming) {
    Effect effect = effectOf(incoming);
    if (!writesContent(effect.verdict)) return effect;
    if (!effect.entityId) effect.entityId = core::newId();
    effect.change = effect.verdict == Verdict::Created ? "created" : "updated";
    return effect;
}

bool writesContent(Verdict verdict) noexcept {
    return verdict == Verdict::Created || verdict == Verdict::Updated;
}

std::string arrayLiteral(const std::vector<std::string>& values) {
    std::string out = "{";
    for (const std::string& value : values) {
        if (out.size() > 1) out.push_back(',');
        out.push_back('"');
        for (const char c : value) {
            if (c == '"' || c == '\\') out.push_back('\\');
            out.push_back(c);
        }
        out.push_back('"');
    }
    out.push_back('}');
    return out;
}

std::optional<std::string> textOrNull(const std::string& value) {
    if (value.empty()) return std::nullopt;
    return value;
}

std::optional<sdk::Timestamp> timeOrNull(sdk::Timestamp value) {
    if (value == sdk::Timestamp{}) return std::nullopt;
    return value;
}

}  // namespace souk::store
