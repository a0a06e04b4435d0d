#include "core/uuid.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace souk::core {

class UuidTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UuidTest);
    CPPUNIT_TEST(textAndBytesAreTheSameId);
    CPPUNIT_TEST(upperCaseIsReadAndWrittenLower);
    CPPUNIT_TEST(whatIsNoUuidIsRefused);
    CPPUNIT_TEST(newIdsGrowStrictly);
    CPPUNIT_TEST(newIdsAreVersionSevenOfNow);
    CPPUNIT_TEST(threadsNeverGetTheSameId);
    CPPUNIT_TEST(randomBytesAreAsManyAsAskedAndDiffer);
    CPPUNIT_TEST_SUITE_END();

private:
    static constexpr const char* kText = "0190a5d2-7c1e-7b4a-9f00-3d2b1c4e5f60";

    void textAndBytesAreTheSameId() {
        const auto id = Uuid::parse(kText);
        CPPUNIT_ASSERT(id);
        CPPUNIT_ASSERT_EQUAL(std::uint8_t{0x01}, id->bytes.front());
        CPPUNIT_ASSERT_EQUAL(std::uint8_t{0x60}, id->bytes.back());
        CPPUNIT_ASSERT_EQUAL(std::string(kText), id->text());
        CPPUNIT_ASSERT(!id->empty() && Uuid{}.empty());
    }

    void upperCaseIsReadAndWrittenLower() {
        const auto id = Uuid::parse("0190A5D2-7C1E-7B4A-9F00-3D2B1C4E5F60");
        CPPUNIT_ASSERT(id);
        CPPUNIT_ASSERT_EQUAL(std::string(kText), id->text());
    }

    void whatIsNoUuidIsRefused() {
        for (const char* const text : {"",
                                       "0190a5d27c1e7b4a9f003d2b1c4e5f60",
                                       "0190a5d2-7c1e-7b4a-9f00-3d2b1c4e5f6",
                                       "0190a5d2-7c1e-7b4a-9f00-3d2b1c4e5f600",
                                       "0190a5d2-7c1e-7b4a-9f00-3d2b1c4e5f6g",
                                       "0190a5d2-7c1e-7b4a-9f0-03d2b1c4e5f60",
                                       "0190a5d2+7c1e-7b4a-9f00-3d2b1c4e5f60"}) {
            const auto id = Uuid::parse(text);
            CPPUNIT_ASSERT_MESSAGE(text, !id && id.error().kind == sdk::ErrorKind::BadPayload);
        }
    }

    void newIdsGrowStrictly() {
        auto last = newId();
        for (int i = 0; i < 100'000; ++i) {
            const auto next = newId();
            CPPUNIT_ASSERT(last < next);
            last = next;
        }
    }

    void newIdsAreVersionSevenOfNow() {
        using namespace std::chrono;
        const auto milliseconds = [] {
            return duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch())
                .count();
        };
        const auto before = milliseconds();
        const auto id = newId();
        std::int64_t stamp = 0;
        for (std::size_t i = 0; i < 6; ++i) stamp = stamp * 256 + id.bytes[i];
        CPPUNIT_ASSERT(stamp >= before);
        // A burst may run ahead of the clock by a 4096th of a millisecond per id.
        CPPUNIT_ASSERT(stamp <= milliseconds() + 100);
        CPPUNIT_ASSERT_EQUAL('7', id.text()[14]);
        CPPUNIT_ASSERT_EQUAL(0x80, id.bytes[8] & 0xc0);
    }

    void threadsNeverGetTheSameId() {
        constexpr std::size_t kEach = 20'000;
        std::vector<std::vector<Uuid>> found(4);
        {
            std::vector<std::jthread> threads;
            for (auto& mine : found)
                threads.emplace_back([&mine] {
                    for (std::size_t i = 0; i < kEach; ++i) mine.push_back(newId());
                });
        }
        std::set<Uuid> all;
        for (const auto& mine : found) {
            CPPUNIT_ASSERT(std::is_sorted(mine.begin(), mine.end()));
            all.insert(mine.begin(), mine.end());
        }
        CPPUNIT_ASSERT_EQUAL(kEach * found.size(), all.size());
    }

    void randomBytesAreAsManyAsAskedAndDiffer() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, randomBytes(0).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, randomBytes(1000).size());
        CPPUNIT_ASSERT(randomBytes(32) != randomBytes(32));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UuidTest);

}  // namespace souk::core
