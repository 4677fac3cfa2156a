#pragma once

#include <QFrame>

#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace lb {

/// One thing that can be found by its name: a node, a command, a layer to add.
struct Finding {
    QString title; ///< "random_rotation_1", "Save"
    QString kind; ///< "node", "command", "layer"; shown at the right when there is no key
    QString key; ///< keyboard shortcut, may be empty
    QString icon;
    QColor tile; ///< behind the icon; none if invalid
    std::function<void()> choose;
};

/// How well `words` fit a title, larger is better; negative if they do not: every word must begin
/// a word of the title or stand in it, or all letters follow each other in it ("rrot").
int fitness(const QString& title, const QString& words);

/// A list that opens below the search field, filters while one types and does what is chosen.
class CommandBox : public QFrame {
    Q_OBJECT
public:
    explicit CommandBox(QWidget* parent);

    void open(std::vector<Finding> findings, const QPoint& topRight, int width);
    QStringList titles() const; ///< what is shown, in order

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter();
    void choose();

    std::vector<Finding> m_findings;
    QLineEdit* m_words;
    QListWidget* m_list;
    QLabel* m_nothing;
};

} // namespace lb
