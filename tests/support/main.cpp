#include "tests/support/lb_test.h"

#include <QFileInfo>

#include <cstdio>
#include <map>

#ifdef LB_TEST_APPLICATION_HEADER
#include LB_TEST_APPLICATION_HEADER
#else
#include <QCoreApplication>
#define LB_TEST_APPLICATION QCoreApplication
#endif

namespace {

std::map<QString, lb::test::TestEntry::Make>& tests()
{
    static std::map<QString, lb::test::TestEntry::Make> entries;
    return entries;
}

} // namespace

lb::test::TestEntry::TestEntry(const char* file, Make make)
{
    tests()[QFileInfo(QString::fromLocal8Bit(file)).baseName()] = make;
}

// The first argument names the test, the others are QtTest's. The test's name is the program's
// name too, so that settings and temporary folders of tests that run at once are apart.
int main(int argc, char** argv)
{
    const auto test = argc > 1 ? tests().find(QString::fromLocal8Bit(argv[1])) : tests().end();
    if (test == tests().end()) {
        std::fprintf(stderr, "say which test, then QtTest's arguments; there are:\n");
        for (const auto& [name, make] : tests())
            std::fprintf(stderr, "    %s\n", qPrintable(name));
        return 2;
    }
    LB_TEST_APPLICATION application(argc, argv);
    QCoreApplication::setApplicationName(test->first);
    return QTest::qExec(test->second().get(), argc - 1, argv + 1);
}
