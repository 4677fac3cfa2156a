#pragma once

#include <QFrame>

class QLabel;
class QPlainTextEdit;

namespace lb {



/// Code to read and to copy: a title, a Copy button, and the text with its words coloured.
class CodeBox : public QFrame {
    Q_OBJECT
public:
    enum class Language : std::uint8_t { Python, R, Shell };

    CodeBox(Language language, const QString& title, const QString& note,
            QWidget* parent = nullptr);

    void setCode(const QString& code);
    QString code() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    QPlainTextEdit* m_text;
    class CodeColors* m_colors;
};

} // namespace lb
