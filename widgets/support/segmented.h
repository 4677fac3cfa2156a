#pragma once

#include <QFrame>

class QButtonGroup;

namespace lb {

/// A few choices side by side, one of them taken.
class Segmented : public QFrame {
    Q_OBJECT
public:
    explicit Segmented(const QStringList& labels, QWidget* parent = nullptr);

    void setCurrent(int index); ///< emits nothing; -1: none
    int current() const;
    void setEnabledAt(int index, bool enabled, const QString& reason); ///< reason: its tooltip

signals:
    void picked(int index); ///< by the user

private:
    QButtonGroup* m_buttons; // Qt child
};

} // namespace lb
