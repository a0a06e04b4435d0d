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

Result<Done> ConnectFlow::revoke(Context&) const {
    return unsupported("revocation of grants");
}

Result<std::string> WebhookHandler::challenge(const WebhookRequest&, const Secrets&) const {
    return unsupported("webhook challenge");
}

std::optional<Throttle> Plugin::throttleFrom(const HttpReply&) const {
    return std::nullopt;
}

}  // namespace souk::sdk
