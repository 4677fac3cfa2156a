#pragma once

#include <QCoreApplication>
#include <QTest>

#include <memory>

namespace lb {
/// How long a test waits for what runs beside it, in ms; on an idle machine that takes seconds.
inline constexpr int kPatience = 90'000;
} // namespace lb

// Five seconds, Qt's own patience, are few where tests run beside each other on a busy machine.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT((expression), lb::kPatience)
#define QTRY_VERIFY2(expression, message) \
    QTRY_VERIFY2_WITH_TIMEOUT((expression), message, lb::kPatience)
#define QTRY_COMPARE(value, expected) QTRY_COMPARE_WITH_TIMEOUT(value, expected, lb::kPatience)

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
