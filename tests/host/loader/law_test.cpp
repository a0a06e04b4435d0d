#include "loader/law.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using souk::loader::breachesOf;
using souk::loader::ElfFile;
using souk::loader::mayWant;

class LawTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LawTest);
    CPPUNIT_TEST(whatReachesTheWorldIsOnNoList);
    CPPUNIT_TEST(libstdcppsWaysOutAreOnNoList);
    CPPUNIT_TEST(whatTranslatorsNeedIsAllowed);
    CPPUNIT_TEST(breachesNameWhatTheyFound);
    CPPUNIT_TEST(aLawfulFileHasNoBreaches);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatReachesTheWorldIsOnNoList() {
        for (const auto* const one : {"socket",
                                      "connect",
                                      "open",
                                      "open64",
                                      "fopen",
                                      "read",
                                      "write",
                                      "pthread_create",
                                      "pthread_mutex_lock",
                                      "getenv",
                                      "secure_getenv",
                                      "environ",
                                      "clock_gettime",
                                      "time",
                                      "gettimeofday",
                                      "nanosleep",
                                      "clock_nanosleep",
                                      "usleep",
                                      "fork",
                                      "execve",
                                      "system",
                                      "dlopen",
                                      "dlsym",
                                      "syscall",
                                      "mmap",
                                      "getrandom",
                                      "rand",
                                      "localtime_r",
                                      "setlocale",
                                      "printf",
                                      "puts",
                                      "exit",
                                      "signal",
                                      "kill",
                                      "PQconnectdb",
                                      "__tls_get_addr"})
            CPPUNIT_ASSERT_MESSAGE(one, !mayWant(one));
    }

    void libstdcppsWaysOutAreOnNoList() {
        for (const auto* const one :
             {"_ZNSt6thread4joinEv",
              "_ZNSt6chrono3_V212system_clock3nowEv",
              "_ZNSt6chrono3_V212steady_clock3nowEv",
              "_ZNSt13random_device9_M_getvalEv",
              "_ZNSt10filesystem6statusERKNS_7__cxx114pathE",
              "_ZNSt14basic_ofstreamIcSt11char_traitsIcEEC1EPKcSt13_Ios_Openmode",
              "_ZNSt13basic_filebufIcSt11char_traitsIcEEC1Ev",
              "_ZSt4cout",
              "_ZSt4cerr",
              "_ZNSt8ios_base4InitC1Ev",
              "_ZNSt6localeC1EPKc",
              "_ZSt20__throw_system_errori",
              "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE",
              "_ZNSt13__future_base13_State_baseV211_Make_readyE"})
            CPPUNIT_ASSERT_MESSAGE(one, !mayWant(one));
    }

    void whatTranslatorsNeedIsAllowed() {
        for (const auto* const one :
             {"_ZN4souk3sdk4Json5parseESt17basic_string_viewIcSt11char_traitsIcEE",
              "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm",
              "memcpy",
              "_Znwm",
              "__cxa_throw",
              "_ZTISt9exception",
              "__asan_report_load8"})
            CPPUNIT_ASSERT_MESSAGE(one, mayWant(one));
        CPPUNIT_ASSERT(!mayWant("_ZN4souk5store8DatabaseC1Ev"));
        CPPUNIT_ASSERT(!mayWant(""));
    }

    void breachesNameWhatTheyFound() {
        ElfFile file;
        file.exported = {"souk_plugin_v1", "helper", "other"};
        file.needed = {"libsouk_sdk.so.1", "libpq.so.5"};
        file.undefined = {"memcpy", "socket", "getenv"};
        const auto breaches = breachesOf(file);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, breaches.size());
        CPPUNIT_ASSERT_EQUAL(std::string("it exports helper, other"), breaches[0]);
        CPPUNIT_ASSERT_EQUAL(std::string("it is linked to libpq.so.5"), breaches[1]);
        CPPUNIT_ASSERT_EQUAL(std::string("it calls socket, getenv"), breaches[2]);
    }

    void aLawfulFileHasNoBreaches() {
        ElfFile file;
        file.exported = {"souk_plugin_v1"};
        file.needed = {"libsouk_sdk.so.1", "libstdc++.so.6", "libc.so.6"};
        file.undefined = {"memcpy"};
        CPPUNIT_ASSERT(breachesOf(file).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LawTest);
