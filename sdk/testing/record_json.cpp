#include <souk/testing/record_json.hpp>

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

namespace souk::testing {

namespace {

using sdk::JsonWriter;

/// Writes the members of one object; every overload of `put` is one way a field can look.
class Members {
public:
    explicit Members(JsonWriter& out) : out_(out) { out_.object(); }
    Members(const Members&) = delete;
    Members& operator=(const Members&) = delete;
    ~Members() { out_.end(); }

    Members& put(std::string_view key, const std::string& text) {
        out_.key(key).text(text);
        return *this;
    }
    Members& put(std::string_view key, std::string_view text) {
        out_.key(key).text(text);
        return *this;
    }
    Members& put(std::string_view key, const char* text) {
        return put(key, std::string_view(text));
    }
    Members& put(std::string_view key, std::int64_t number) {
        out_.key(key).integer(number);
        return *this;
    }
    Members& put(std::string_view key, bool value) {
        out_.key(key).boolean(value);
        return *this;
    }
    Members& put(std::string_view key, sdk::Timestamp at) {
        if (at == sdk::Timestamp{}) return null(key);
        return put(key, sdk::rfc3339(at));
    }
    Members& put(std::string_view key, const sdk::Money& money) {
        const auto decimal = sdk::decimalOf(money);
        if (money == sdk::Money{}) return null(key);
        return put(key, (decimal ? *decimal : std::to_string(money.minor)) + " " + money.currency);
    }
    Members& put(std::string_view key, const sdk::Price& price) {
        out_.key(key);
        Members inner(out_);
        inner.put("shop", price.shop).put("presentment", price.presentment);
        return *this;
    }
    template <class T>
    Members& put(std::string_view key, const std::optional<T>& value) {
        return value ? put(key, *value) : null(key);
    }
    Members& put(std::string_view key, const std::vector<std::string>& texts) {
        out_.key(key).array();
        for (const auto& one : texts) out_.text(one);
        out_.end();
        return *this;
    }
    /// A list of objects; `each(Members&, item)` fills one.
    template <class T, class Each>
    Members& list(std::string_view key, const std::vector<T>& items, Each each) {
        out_.key(key).array();
        for (const auto& one : items) {
            Members inner(out_);
            each(inner, one);
        }
        out_.end();
        return *this;
    }
    /// One object; `each(Members&, item)` fills it.
    template <class T, class Each>
    Members& nested(std::string_view key, const T& item, Each each) {
        out_.key(key);
        Members inner(out_);
        each(inner, item);
        return *this;
    }
    Members& raw(std::string_view key, const std::string& json) {
        out_.key(key).raw(json);
        return *this;
    }
    Members& null(std::string_view key) {
        out_.key(key).null();
        return *this;
    }

private:
    JsonWriter& out_;
};

void putOptions(Members& out, const std::vector<std::pair<std::string, std::string>>& options) {
    out.list("options", options, [](Members& inner, const auto& option) {
        inner.put("name", option.first).put("value", option.second);
    });
}

void fill(Members& out, const sdk::Variant& one) {
    out.put("externalId", one.externalId).put("inventoryItemId", one.inventoryItemId);
    out.put("title", one.title).put("sku", one.sku).put("barcode", one.barcode);
    out.put("position", one.position).put("price", one.price);
    out.put("compareAtPrice", one.compareAtPrice).put("taxable", one.taxable);
    out.put("inventoryPolicy", one.inventoryPolicy);
    putOptions(out, one.options);
}

void fill(Members& out, const sdk::Media& one) {
    out.put("externalId", one.externalId).put("kind", one.kind);
    out.put("url", one.url).put("alt", one.alt);
}

void fill(Members& out, const sdk::Product& one) {
    out.put("kind", "product").put("externalId", one.externalId).put("title", one.title);
    out.put("descriptionHtml", one.descriptionHtml).put("vendor", one.vendor);
    out.put("productType", one.productType).put("handle", one.handle).put("status", one.status);
    out.put("tags", one.tags);
    out.list("options", one.options, [](Members& inner, const auto& option) {
        inner.put("name", option.name).put("values", option.values);
    });
    out.list("variants", one.variants, [](Members& inner, const auto& each) { fill(inner, each); });
    out.list("media", one.media, [](Members& inner, const auto& each) { fill(inner, each); });
    out.put("publishedAt", one.publishedAt).put("createdAt", one.createdAt);
    out.put("updatedAt", one.updatedAt).put("partial", one.partial).raw("extra", one.extra);
}

void fill(Members& out, const sdk::Customer& one) {
    out.put("kind", "customer").put("externalId", one.externalId).put("email", one.email);
    out.put("phone", one.phone).put("firstName", one.firstName).put("lastName", one.lastName);
    out.put("locale", one.locale).put("state", one.state).put("tags", one.tags);
    out.raw("defaultAddress", one.defaultAddress).put("createdAt", one.createdAt);
    out.put("updatedAt", one.updatedAt).raw("extra", one.extra);
}

void fill(Members& out, const sdk::OrderLine& one) {
    out.put("externalId", one.externalId).put("productExternalId", one.productExternalId);
    out.put("variantExternalId", one.variantExternalId).put("title", one.title);
    out.put("variantTitle", one.variantTitle).put("sku", one.sku);
    out.put("quantity", one.quantity).put("currentQuantity", one.currentQuantity);
    out.put("unitPrice", one.unitPrice).put("discount", one.discount).put("tax", one.tax);
}

void fill(Members& out, const sdk::Refund& one) {
    out.put("externalId", one.externalId).put("total", one.total).put("note", one.note);
    out.put("createdAt", one.createdAt);
}

void fill(Members& out, const sdk::Fulfilment& one) {
    out.put("externalId", one.externalId).put("status", one.status);
    out.put("trackingCompany", one.trackingCompany).put("trackingNumber", one.trackingNumber);
    out.put("createdAt", one.createdAt).put("updatedAt", one.updatedAt);
}

void fill(Members& out, const sdk::Order& one) {
    out.put("kind", "order").put("externalId", one.externalId).put("name", one.name);
    out.put("status", one.status).put("financialStatus", one.financialStatus);
    out.put("fulfilmentStatus", one.fulfilmentStatus);
    out.put("customerExternalId", one.customerExternalId);
    out.put("email", one.email).put("phone", one.phone);
    out.put("total", one.total).put("current", one.current).put("subtotal", one.subtotal);
    out.put("tax", one.tax).put("shipping", one.shipping).put("discount", one.discount);
    out.put("taxesIncluded", one.taxesIncluded).put("test", one.test);
    out.list("lines", one.lines, [](Members& inner, const auto& each) { fill(inner, each); });
    out.list("refunds", one.refunds, [](Members& inner, const auto& each) { fill(inner, each); });
    out.list("fulfilments", one.fulfilments, [](Members& inner, const auto& each) {
        fill(inner, each);
    });
    out.put("tags", one.tags).put("note", one.note).put("cancelReason", one.cancelReason);
    out.raw("shippingAddress", one.shippingAddress).raw("billingAddress", one.billingAddress);
    out.put("placedAt", one.placedAt).put("cancelledAt", one.cancelledAt);
    out.put("closedAt", one.closedAt).put("updatedAt", one.updatedAt);
    out.put("partial", one.partial).raw("extra", one.extra);
}

void fill(Members& out, const sdk::Location& one) {
    out.put("kind", "location").put("externalId", one.externalId).put("name", one.name);
    out.put("active", one.active).raw("address", one.address);
    out.put("updatedAt", one.updatedAt).raw("extra", one.extra);
}

void fill(Members& out, const sdk::StockLevel& one) {
    out.put("kind", "stock").put("inventoryItemId", one.inventoryItemId);
    out.put("locationExternalId", one.locationExternalId).put("available", one.available);
    out.put("updatedAt", one.updatedAt);
}

void fill(Members& out, const sdk::Deletion& one) {
    out.put("kind", "deletion").put("entity", sdk::name(one.entity));
    out.put("externalId", one.externalId).put("at", one.at);
}

void fill(Members& out, const sdk::Refetch& one) {
    out.put("kind", "refetch").put("entity", sdk::name(one.entity));
    out.put("externalId", one.externalId).put("reason", one.reason);
}

void fill(Members& out, const sdk::AccountChange& one) {
    out.put("kind", "account_change").put("what", sdk::name(one.what));
    out.put("scopes", one.scopes).put("at", one.at).put("reason", one.reason);
    out.raw("facts", one.facts);
}

void fill(Members& out, const sdk::PrivacyRequest& one) {
    using What = sdk::PrivacyRequest::What;
    const auto* what = one.what == What::Export          ? "export"
                       : one.what == What::EraseCustomer ? "erase_customer"
                                                         : "erase_store";
    out.put("kind", "privacy_request").put("what", what);
    out.put("customerExternalId", one.customerExternalId);
    out.put("orderExternalIds", one.orderExternalIds).put("requestId", one.requestId);
}

void fill(Members& out, const sdk::Notice& one) {
    out.put("kind", "notice").put("topic", one.topic);
    out.put("externalId", one.externalId).put("detail", one.detail);
}

void fill(Members& out, const sdk::Person& one) {
    out.put("externalId", one.externalId).put("otherIds", one.otherIds).put("name", one.name);
    out.put("username", one.username).put("phone", one.phone);
}

void fill(Members& out, const sdk::Message& one) {
    const bool incoming = one.direction == sdk::Direction::Incoming;
    out.put("kind", "message").put("externalId", one.externalId);
    out.nested("person", one.person, [](Members& inner, const auto& each) { fill(inner, each); });
    out.put("direction", incoming ? "incoming" : "outgoing").put("messageKind", one.kind);
    out.put("text", one.text).put("replyTo", one.replyTo).raw("content", one.content);
    out.put("sentAt", one.sentAt).raw("extra", one.extra);
}

void fill(Members& out, const sdk::MessageStatus& one) {
    out.put("kind", "message_status").put("messageExternalId", one.messageExternalId);
    out.put("correlation", one.correlation).put("stage", sdk::name(one.stage));
    out.put("code", one.code).put("detail", one.detail).put("at", one.at);
}

void fill(Members& out, const sdk::PersonChange& one) {
    out.put("kind", "person_change").put("formerExternalId", one.formerExternalId);
    out.nested("person", one.person, [](Members& inner, const auto& each) { fill(inner, each); });
}

void fill(Members& out, const sdk::BatchSettled& one) {
    out.put("kind", "batch_settled").put("ticket", one.ticket);
}

void write(JsonWriter& out, const sdk::Record& record) {
    Members members(out);
    std::visit([&members](const auto& one) { fill(members, one); }, record);
}

void write(JsonWriter& out, const std::vector<sdk::Record>& records) {
    out.array();
    for (const auto& one : records) write(out, one);
    out.end();
}

}  // namespace

std::string jsonOf(const sdk::Record& record) {
    JsonWriter out;
    write(out, record);
    return out.take();
}

std::string jsonOf(const std::vector<sdk::Record>& records) {
    JsonWriter out;
    write(out, records);
    return out.take();
}

std::string jsonOf(const sdk::Page& page) {
    JsonWriter out;
    out.object().key("records");
    write(out, page.records);
    out.key("rejects").array();
    for (const auto& one : page.rejects)
        Members(out)
            .put("entity", sdk::name(one.entity))
            .put("externalId", one.externalId)
            .put("reason", one.reason)
            .put("raw", one.raw);
    out.end().key("next").text(page.next.value).key("last").boolean(page.last).key("total");
    if (page.total)
        out.integer(*page.total);
    else
        out.null();
    return out.end().take();
}

std::string jsonOf(const std::vector<sdk::EventSlice>& events) {
    JsonWriter out;
    out.array();
    for (const auto& one : events)
        Members(out)
            .put("account", one.account)
            .put("key", one.key)
            .put("topic", one.topic)
            .put("slice", one.slice)
            .put("triggeredAt", one.triggeredAt)
            .put("people", one.people);
    return out.end().take();
}

}  // namespace souk::testing
