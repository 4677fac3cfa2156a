#include "tests/support/lb_test.h"

#include <QFileInfo>

#include <cstdio>
#include <map>

namespace lb::test {
namespace {

std::map<QString, TestEntry::Make>& tests()
{
    static std::map<QString, TestEntry::Make> entries;
    return entries;
}

} // namespace

TestEntry::TestEntry(const char* file, Make make)
{
    tests()[QFileInfo(QString::fromLocal8Bit(file)).baseName()] = make;
}

std::unique_ptr<QObject> namedTest(int argc, char** argv)
{
    const auto found = argc > 1 ? tests().find(QString::fromLocal8Bit(argv[1])) : tests().end();
    if (found == tests().end()) {
        std::fprintf(stderr, "say which test, then QtTest's arguments; there are:\n");
        for (const auto& [name, make] : tests())
            std::fprintf(stderr, "    %s\n", qPrintable(name));
        return nullptr;
    }
    QCoreApplication::setApplicationName(found->first);
    return found->second();
}

} // namespace lb::test
