// Times how fast the vocabulary's table scrolls through a million tokens, and prints a line with the
// fields of benchmarks/README.md. It needs no screen: windows are painted into memory.

#include "widgets/theme/theme.h"
#include "widgets/vocabulary/token_model.h"
#include "widgets/vocabulary/token_table.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace lb;

namespace {

constexpr std::size_t kTokens = 1'000'000;
constexpr int kFrames = 240, kRepeats = 5;

VocabularyHandle words()
{
    VocabularyReport report{.tokens = {"", "[UNK]"}, .special = 2, .padding = 0};
    report.counts = report.documents = {0, 0};
    report.idf = {0, 0};
    for (std::size_t i = 2; i < kTokens; ++i) {
        report.tokens.push_back("word" + std::to_string(i * 2'654'435'761 % 1'000'000'007));
        report.counts.push_back(static_cast<std::int64_t>(10 * kTokens / (i - 1)));
        report.documents.push_back(report.counts.back() / 2 + 1);
        report.idf.push_back(0.5 + 1e-5 * static_cast<double>(i));
        report.occurrences += report.counts.back();
    }
    return std::make_shared<const VocabularyReport>(std::move(report));
}

/// Milliseconds of each frame: from the new place of the scroll bar until the window is painted.
/// Every fourth frame goes a few rows on, as a wheel does, the others leap as a dragged bar does.
std::vector<double> scrolled(QTableView& table, int from)
{
    std::vector<double> frames;
    QScrollBar& bar = *table.verticalScrollBar();
    for (int i = 0; i < kFrames; ++i) {
        const int leap = i % 4 == 0 ? 3 : bar.maximum() / kFrames;
        QElapsedTimer timer;
        timer.start();
        bar.setValue(std::min(from + i * leap, bar.maximum()));
        table.repaint();
        QApplication::processEvents();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return frames;
}

/// Whether the row on top is the one that the bar's place names.
bool showsItsPlace(const TokenTable& tokens)
{
    QTableView& table = tokens.table();
    for (const int row : {2, 3, 123'456, 987'654}) { // before, special tokens are shown by name
        table.verticalScrollBar()->setValue(0);
        table.scrollTo(tokens.model().index(row, 0), QAbstractItemView::PositionAtTop);
        const QModelIndex top = table.indexAt({4, 4});
        if (top.row() != row
            || top.siblingAtColumn(TokenModel::Word).data().toString().toStdString()
                != tokens.model().vocabulary()->tokens[static_cast<std::size_t>(row)])
            return false;
    }
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    setTheme(Theme::dark());
    TokenTable tokens;
    tokens.resize(640, 560);
    tokens.setVocabulary(words());
    tokens.show();
    QApplication::processEvents();
    if (!showsItsPlace(tokens)) {
        std::printf("{\"work\":\"table-scroll\",\"peer\":\"layerbench\",\"variant\":\"layerbench\","
                    "\"failed\":\"the row on top is not where the scroll bar stands\"}\n");
        return 1;
    }
    std::vector<double> means, all;
    for (int repeat = -1; repeat < kRepeats; ++repeat) { // the first warms up
        const std::vector<double> frames = scrolled(tokens.table(), repeat * 1'000 + 1'000);
        if (repeat < 0)
            continue;
        double sum = 0;
        for (const double ms : frames)
            sum += ms;
        means.push_back(sum / kFrames);
        all.insert(all.end(), frames.begin(), frames.end());
    }
    std::ranges::sort(means);
    std::ranges::sort(all);
    std::printf("{\"work\":\"table-scroll\",\"peer\":\"layerbench\",\"variant\":\"layerbench\","
                "\"unit\":\"ms/frame\",\"value\":%.3f,\"median\":%.3f,\"repeats\":%d,"
                "\"99_percent_below\":%.3f,\"slowest\":%.3f}\n",
                means.front(), means[kRepeats / 2], kRepeats, all[all.size() * 99 / 100],
                all.back());
    return 0;
}
