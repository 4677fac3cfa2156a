#include "app/workbench/screenshot.h"

#include "app/workbench/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace lb {
namespace {

constexpr int kLookMs = 50;
constexpr int kQuietLooks = 6; ///< a view that is told late asks late
constexpr int kMostMs = 60'000;

} // namespace

int paintedInto(MainWindow& window, const QString& file)
{
    QTimer look;
    QElapsedTimer since;
    since.start();
    int quiet = 0;
    QObject::connect(&look, &QTimer::timeout, &window, [&] {
        quiet = window.settled() ? quiet + 1 : 0;
        if (quiet >= kQuietLooks || since.elapsed() > kMostMs)
            QApplication::exit(quiet >= kQuietLooks ? 0 : 1);
    });
    look.start(kLookMs);
    const bool complete = QApplication::exec() == 0;
    if (!complete)
        std::fprintf(stderr, "some pictures were not there after a minute\n");
    if (!window.grab().save(file, "PNG")) {
        std::fprintf(stderr, "%s: cannot be written; choose another folder\n",
                     qUtf8Printable(file));
        return 1;
    }
    return complete ? 0 : 1;
}

} // namespace lb
