#include "tests/support/lb_test.h"

#include <QApplication>

int main(int argc, char** argv)
{
    return lb::test::runTest<QApplication>(argc, argv);
}
