#pragma once

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

} // namespace lb::test

/// Stands at the end of a test's file instead of QTEST_MAIN: the tests of a folder are one
/// program, because linking each alone takes longer than compiling it.
#define LB_TEST(Class) \
    static const lb::test::TestEntry testEntry( \
        __FILE__, []() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });
