#pragma once

#include "core/preview/vocabulary_report.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace lb {

class SegmentedChoice;
class TokenModel;

/// The tokens of a vocabulary with a field that filters, or jumps where it holds a number.
class TokenTable : public QWidget {
    Q_OBJECT
public:
    explicit TokenTable(QWidget* parent = nullptr);

    void setVocabulary(VocabularyHandle vocabulary);
    void showToken(std::size_t id); ///< scrolls to it and takes it, also past a filter
    std::int64_t currentToken() const; ///< -1: none
    void editCurrent(); ///< opens the editor in the cell

    TokenModel& model() const { return *m_model; }
    QTableView& table() const { return *m_table; }
    QLineEdit& search() const { return *m_search; }

signals:
    void tokenChosen(qint64 id); ///< -1: none
    void pinRequested(qint64 id, bool pinned);
    void renameRequested(qint64 id, const QString& token);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showMenu(const QPoint& at);
    void togglePin();
    void filter();
    void jump();
    void showCount();

    TokenModel* m_model;
    QTableView* m_table;
    QLineEdit* m_search;
    SegmentedChoice* m_which;
    QLabel* m_count;
};

} // namespace lb
