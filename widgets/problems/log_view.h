#pragma once

#include <QWidget>

class QLabel;
class QTableWidget;

namespace lb {

/// What happened in this window, newest last: edits, jobs, messages.
class LogView : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Edit, Note, Warning, Error };

    explicit LogView(QWidget* parent = nullptr);
    void add(Kind kind, const QString& text); ///< with the time of day; the oldest go beyond 2,000
    QStringList texts() const;

private:
    QTableWidget* m_table;
    QLabel* m_empty;
};

} // namespace lb
