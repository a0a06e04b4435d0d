#pragma once

#include "connect/service.hpp"
#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::connect::testing {

/// A hub with its connect service, and a browser that goes through the flow.
class ServiceFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        synced_ = 0;
        admission_ = std::make_unique<Admission>(
            *hub_->database,
            hub_->credentials,
            hub_->sessions,
            hub_->time,
            hub_->log,
            [this](store::Transaction& tx, const store::IntegrationRow& row) {
                CPPUNIT_ASSERT(row.status == store::IntegrationStatus::Connected);
                store::Integrations::setSync(tx, row.id, "queued", std::nullopt);
                ++synced_;
                if (syncThrows_) throw std::runtime_error("boom");
            });
        service_ = serviceAt("https://hub.test");
    }

protected:
    struct Begun {
        std::string redirect;
        std::string cookie;  ///< name=value
        sdk::Fields query;
    };

    std::unique_ptr<ConnectService> serviceAt(const std::string& url) {
        return std::make_unique<ConnectService>(*hub_->database,
                                                hub_->credentials,
                                                States(hub_->vault),
                                                *admission_,
                                                hub_->sessions,
                                                hub_->time,
                                                url);
    }
    std::string ticketFor(const store::IntegrationRow& row) {
        const auto url = service_->start(row.id);
        CPPUNIT_ASSERT_MESSAGE(url ? "" : url.error().message, url);
        CPPUNIT_ASSERT(contains(*url, "/api/auth/example/start?ticket="));
        return url->substr(url->find("ticket=") + 7);
    }
    Begun begin(const store::IntegrationRow& row) {
        const auto opened = service_->open("example", ticketFor(row));
        CPPUNIT_ASSERT_MESSAGE(opened ? "" : opened.error().message, opened);
        Begun begun;
        begun.redirect = opened->redirect;
        begun.cookie = opened->setCookie.substr(0, opened->setCookie.find(';'));
        const auto at = begun.redirect.find("&state=") + 7;
        begun.query["state"] = begun.redirect.substr(at, begun.redirect.find('&', at) - at);
        begun.query["code"] = "the-code";
        return begun;
    }
    sdk::Result<ConnectService::Finished> finish(const Begun& begun) {
        return service_->callback("example", begun.query, begun.cookie, {});
    }
    sdk::Result<ConnectService::Finished> connect(const store::IntegrationRow& row) {
        return finish(begin(row));
    }

    template <class T>
    static void refused(const sdk::Result<T>& result,
                        const std::string& part,
                        bool mustBeRejected = true) {
        CPPUNIT_ASSERT_MESSAGE("not refused: " + part, !result);
        CPPUNIT_ASSERT_MESSAGE(result.error().message, contains(result.error().message, part));
        if (mustBeRejected) CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::Rejected);
    }
    void nothingStored(const store::IntegrationRow& row) {
        CPPUNIT_ASSERT(hub_->row(row.id).status == store::IntegrationStatus::Pending);
        CPPUNIT_ASSERT(!hub_->credential({row.storeId, row.id}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobs("subscribe"));
    }
    std::string access(const store::IntegrationRow& row) {
        return std::string(
            hub_->credential({row.storeId, row.id})->kept.grant.accessToken.reveal());
    }
    std::int64_t jobs(const std::string& kind) {
        auto tx = hub_->database->asOwner();
        return tx.query("SELECT count(*) AS n FROM job WHERE kind = $1", kind)[0].integer("n");
    }

    std::unique_ptr<Hub> hub_;
    std::unique_ptr<Admission> admission_;
    std::unique_ptr<ConnectService> service_;
    int synced_ = 0;
    bool syncThrows_ = false;
};

}  // namespace souk::connect::testing
