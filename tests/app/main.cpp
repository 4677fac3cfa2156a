#include "app/workbench/safe_application.h"
#include "tests/support/lb_test.h"

int main(int argc, char** argv)
{
    return lb::test::runTest<lb::SafeApplication>(argc, argv);
}
