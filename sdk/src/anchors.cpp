// The out-of-line destructors below are the key functions: they pin each vtable and type_info to
// libsouk_sdk.so, so host and plugins share one copy.
#include <souk/sdk/plugin.hpp>

namespace souk::sdk {

Http::~Http() = default;
Secrets::~Secrets() = default;
Clock::~Clock() = default;
Log::~Log() = default;
ConnectFlow::~ConnectFlow() = default;
WebhookHandler::~WebhookHandler() = default;
SyncSource::~SyncSource() = default;
Subscriptions::~Subscriptions() = default;
Messenger::~Messenger() = default;
Publisher::~Publisher() = default;
StockKeeper::~StockKeeper() = default;
Plugin::~Plugin() = default;

namespace {

Error unsupported(const char* what) {
    return {ErrorKind::Unsupported, std::string("this platform has no ") + what};
}

}  // namespace

Result<std::string> ConnectFlow::authorizeUrl(const ConnectStart&, const Secrets&) const {
    return unsupported("authorization page");
}

Result<Done> ConnectFlow::verifyCallback(const ConnectStart&,
                                         const Fields&,
                                         const Secrets&,
                                         Timestamp) const {
    return unsupported("authorization callback");
}

Result<Grant> ConnectFlow::refresh(Context&, const Grant&) const {
    return unsupported("refresh of grants");
}

Result<std::vector<Choice>> ConnectFlow::choices(Context&, const ConnectStart&) const {
    return std::vector<Choice>{};
}

Result<Grant> ConnectFlow::settle(Context&, const ConnectStart&, Grant grant) const {
    return grant;
}

Result<Done> ConnectFlow::revoke(Context&) const {
    return unsupported("revocation of grants");
}

Result<std::string> WebhookHandler::challenge(const WebhookRequest&, const Secrets&) const {
    return unsupported("webhook challenge");
}

Result<std::string> WebhookHandler::answer(const WebhookRequest&, const StatusPage&) const {
    return std::string();
}

Result<Done> Messenger::markRead(Context&, std::string_view) const {
    return unsupported("mark of reading");
}

Result<Receipt> Publisher::poll(Context&, std::string_view) const {
    return unsupported("batches that are worked on later");
}

std::optional<Throttle> Plugin::throttleFrom(const HttpReply&) const {
    return std::nullopt;
}

}  // namespace souk::sdk
