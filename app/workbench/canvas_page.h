#pragma once

#include <QWidget>

class QLabel;
class QFrame;
class QPushButton;

namespace lb {

class CanvasView;
class Session;

/// The centre of Design: the canvas, and above it a notice where the data are missing.
class CanvasPage : public QWidget {
    Q_OBJECT
public:
    CanvasPage(Session& session, QWidget* parent);

    CanvasView& canvas() { return *m_canvas; }

    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void chooseDataRequested();
    void madeDataRequested(const QString& kind); ///< the way out that always works

private:
    void showNotice();

    Session& m_session;
    CanvasView* m_canvas;
    QString m_madeKind; ///< that the program can make in their place
    QPushButton* m_noticeChoose;
    QPushButton* m_noticeMade;
    QLabel* m_noticeText;
    QWidget* m_noticeRow;
    QFrame* m_notice;
    QFrame* m_ring; ///< around the canvas, when Tab came to it
};

} // namespace lb
