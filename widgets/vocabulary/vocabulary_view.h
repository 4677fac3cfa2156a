#pragma once

#include "core/graph/ledger.h"
#include "core/preview/vocabulary_check.h"
#include "widgets/vocabulary/try_text.h"

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace lb {

class CurvePlot;
class KeyFigure;
class TokenTable;

/// What a layer learned of words: key figures, the tokens, how often they come and how many are
/// missing, and a field to try it. It shows and asks; the owner answers.
class VocabularyView : public QWidget {
    Q_OBJECT
public:
    explicit VocabularyView(QWidget* parent = nullptr);

    /// `vocabulary` null: the layer has none yet, and `hint` says what there is to learn from.
    /// `learnedFrom`: of which rows it was learned.
    void setLayer(const QString& name, VocabularyHandle vocabulary, const QString& hint = {},
                  ledger::Split learnedFrom = ledger::Split::Training);
    /// Of the layer that is shown; `why` stands in place of the curve where there is none.
    void setCheck(const VocabularyCheck& check, const QString& why = {});
    void setTried(const TriedText& tried);
    void setPreviousKnown(bool known); ///< whether there is a state before to compare with

    void showTry(); ///< scrolls to it where it is below
    TokenTable& tokens() const { return *m_tokens; }
    TryText& tryText() const { return *m_try; }
    QList<QPointF> countsByRank() const; ///< as they are drawn
    QList<QPointF> oovBySize() const;
    QPoint chosenOnCurve() const; ///< in the view; null while no token is chosen
    QList<QRectF> markTexts() const; ///< where the words at the marks stand: of the counts, of OOV
    QStringList figures() const; ///< values of the key figures, in their order
    QStringList figureTexts() const; ///< with what stands beside them: "3 typed values"

signals:
    void wanted(bool wanted); ///< the owner has a layer with a vocabulary to show, or none any more
    void adaptRequested();
    void sentenceChanged(const QString& sentence);
    void importRequested();
    void exportRequested();
    void pinRequested(qint64 id, bool pinned);
    void renameRequested(qint64 id, const QString& token);
    void compareFileRequested();
    void comparePreviousRequested();

private:
    QWidget* makeFigures();
    QWidget* makeRight();
    QWidget* makeHead();
    void showFigures();
    void showRanks();
    void showMark(qint64 id);
    void showTools(qint64 id);

    VocabularyHandle m_vocabulary;
    ledger::Split m_learnedFrom = ledger::Split::Training;
    VocabularyCheck m_check;
    QStackedWidget* m_pages;
    QLabel* m_name;
    QLabel* m_emptyHint;
    QWidget* m_export;
    QPushButton *m_pin = nullptr, *m_edit = nullptr;
    QAction* m_comparePrevious = nullptr;
    std::vector<KeyFigure*> m_figures;
    TokenTable* m_tokens;
    CurvePlot* m_ranks;
    CurvePlot* m_oovCurve;
    QLabel* m_oovRows;
    QLabel* m_oovWhy;
    QStackedWidget* m_oovPages;
    TryText* m_try;
    QScrollArea* m_right = nullptr; ///< plots, and the sentence to try
};

} // namespace lb
