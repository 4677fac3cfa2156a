#pragma once

#include "core/support/config.h"

#include <QAbstractSpinBox>

#include <optional>

namespace lb {

/// One number, whole or real, without the limits of Qt's spin boxes: 64-bit integers, shortest
/// texts, "1/255". Up, Down, Page and (with the focus) the wheel step it; Escape takes back what
/// was typed. What is no number stays as it was typed until the field is left, with the reason.
class NumberField : public QAbstractSpinBox {
    Q_OBJECT
public:
    NumberField(bool integral, bool nullable, QWidget* parent = nullptr);

    void setLimits(std::optional<double> least, std::optional<double> most);
    void refuseBeyondLimits(); ///< what is typed; else only steps keep to them
    void setStep(double step); ///< 0: a hundredth of the number's own magnitude
    void setEmptyText(const QString& text); ///< what null is called: "none"
    void setValue(const Config& value); ///< emits nothing; keeps what is being typed
    const Config& value() const { return m_value; }

    void stepBy(int steps) override;
    QValidator::State validate(QString& input, int& pos) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void edited(const lb::Config& value); ///< by the user: Enter, leaving the field, a step
    void refused(const QString& why); ///< "" once it is no longer so

protected:
    StepEnabled stepEnabled() const override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void commit();
    void showValue();
    void complain(const QString& why);
    QString whyNot(const QString& text) const; ///< it is no value; "" if it is
    std::optional<Config> parsed(const QString& text) const;

    bool m_integral, m_nullable, m_typing = false, m_strict = false;
    QString m_why, m_tip;
    std::optional<double> m_least, m_most;
    double m_step = 0;
    Config m_value;
};

} // namespace lb
