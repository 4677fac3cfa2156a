#include "tests/support/lb_test.h"

#include <QCoreApplication>

int main(int argc, char** argv)
{
    return lb::test::runTest<QCoreApplication>(argc, argv);
}
