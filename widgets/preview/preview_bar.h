#pragma once

#include <QWidget>

#include <cstdint>
#include <optional>

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace lb {

class NumberField;
class Segmented;

/// The controls above the contact sheet: epoch and batch, scope, size, pins, seed.
class PreviewBar : public QWidget {
    Q_OBJECT
public:
    explicit PreviewBar(QWidget* parent = nullptr);

    // Setters emit nothing.
    void setProjectSeed(std::int64_t seed); ///< shown while the lock is closed
    void setModelSize(const QString& text, bool native, const QString& whyNoNative);
    void setBatchMatters(bool matters);
    void setPins(const QStringList& names);
    void setRows(bool rows); ///< samples are rows of texts or tables: they have no size

    bool thisNode() const;
    bool native() const;
    std::uint32_t epoch() const { return m_epoch; } ///< from 0
    std::uint64_t batch() const { return m_batch; } ///< from 0
    std::optional<std::uint64_t> seed() const; ///< nothing: the project's
    QSize minimumSizeHint() const override; ///< with the short words
    void reshuffle(); ///< another seed, unless the lock is closed

signals:
    void changed(); ///< anything that pictures depend on, by the user
    void unpinRequested(int index);
    void pinRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    void setLocked(bool locked);
    void showSeed();

    NumberField* m_epochField; // Qt children
    NumberField* m_batchField;
    Segmented* m_scope;
    Segmented* m_size;
    QPushButton* m_pins;
    QMenu* m_menu;
    QLabel* m_seedCaption;
    NumberField* m_seedField;
    QToolButton* m_lock;
    QPushButton* m_reshuffle;
    std::uint32_t m_epoch = 0;
    std::uint64_t m_batch = 0;
    std::int64_t m_projectSeed = 0, m_ownSeed = 0;
    QStringList m_names;
    bool m_rows = false;
    bool m_locked = true, m_nativeWanted = true, m_nativeFits = true;
};

} // namespace lb
