// Runs every registered CppUnit test, or those whose name contains the first argument.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <csignal>
#include <iostream>
#include <string>

namespace {

/// Adds the leaves of `test` whose name contains `wanted`; returns how many.
int addMatching(CppUnit::TestRunner& runner, CppUnit::Test* test, const std::string& wanted) {
    if (test->getChildTestCount() == 0) {
        if (test->getName().find(wanted) == std::string::npos) return 0;
        runner.addTest(test);
        return 1;
    }
    int added = 0;
    for (int i = 0; i < test->getChildTestCount(); ++i)
        added += addMatching(runner, test->getChildTestAt(i), wanted);
    return added;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector result;
    CppUnit::BriefTestProgressListener progress;
    controller.addListener(&result);
    controller.addListener(&progress);
    auto* all = CppUnit::TestFactoryRegistry::getRegistry().makeTest();
    // Never destroyed: a picked leaf would be deleted twice, by its suite and by the runner.
    static auto* const runner = new CppUnit::TestRunner;
    static const auto* const keepsTheTree = all;
    (void)keepsTheTree;
    if (argc > 1) {
        if (addMatching(*runner, all, argv[1]) == 0) {
            std::cerr << "no test's name contains '" << argv[1] << "'\n";
            return 2;
        }
    } else {
        runner->addTest(all);
    }
    runner->run(controller);
    CppUnit::CompilerOutputter(&result, std::cerr).write();
    if (result.runTests() == 0) return 2;
    return result.wasSuccessful() ? 0 : 1;
}
