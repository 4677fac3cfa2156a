#pragma once

#include <QCoreApplication>
#include <QTest>

#include <memory>

namespace lb::test {

/// Enters a test into its program. `file` is the test's __FILE__; its base name, tst_dense, is
/// the test's name for ctest and on the program's command line.
class TestEntry {
public:
    using Make = std::unique_ptr<QObject> (*)();
    TestEntry(const char* file, Make make);
};

/// The test that the first argument names, or null: then it has said which there are. The test's
/// name becomes the program's, so that settings and temporary folders of tests that run at once
/// are apart; call it when there is an application.
std::unique_ptr<QObject> namedTest(int argc, char** argv);

/// main() of a program of tests: the first argument names the test, the others are QtTest's.
template <typename Application> int runTest(int argc, char** argv)
{
    Application application(argc, argv);
    const std::unique_ptr<QObject> test = namedTest(argc, argv);
    return test ? QTest::qExec(test.get(), argc - 1, argv + 1) : 2;
}

} // namespace lb::test

/// Stands at the end of a test's file instead of QTEST_MAIN: the tests of a folder are one
/// program, because linking each alone takes longer than compiling it.
#define LB_TEST(Class) LB_TEST_ENTRY(Class, __COUNTER__)
#define LB_TEST_ENTRY(Class, number) LB_TEST_ENTRY_NAMED(Class, number)
#define LB_TEST_ENTRY_NAMED(Class, number) \
    static const lb::test::TestEntry testEntry##number( \
        __FILE__, []() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });
