#include "app/workbench/export_runner.h"

#include "app/workbench/session.h"
#include "core/graph/project_file.h"
#include "core/interop/bundle_manifest.h"
#include "widgets/support/translated.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

const QString kManifestFile = QString::fromUtf8(kManifestName.data(), std::ssize(kManifestName));

Config checksumOf(const Config& manifest)
{
    const Config* own = manifest.find("sha256");
    return own ? *own : Config();
}

QString changedText(const QFileInfo& there)
{
    const QFileInfo manifest(QDir(there.filePath()).filePath(kManifestFile));
    return QLocale().toString((there.isDir() ? manifest : there).lastModified(),
                              QLocale::ShortFormat);
}

/// "shapes.lbench, run 2, epoch 5, trained, of 03.07.26 14:05", as far as the manifest says it.
QString wordsOf(const Config& manifest, const QFileInfo& there)
{
    const Config* provenance = manifest.find("provenance");
    const auto said = [&](const char* key) {
        const Config* found = provenance ? provenance->find(key) : nullptr;
        const auto* text = found ? found->as<std::string>() : nullptr;
        return text ? QString::fromStdString(*text) : QString();
    };
    QStringList words{said("project"), said("run")};
    if (said("weights") == "trained")
        words << ExportRunner::tr("trained");
    else if (said("weights") == "initial")
        words << ExportRunner::tr("not trained");
    const Config* accuracy = provenance ? provenance->find("validation_accuracy") : nullptr;
    if (const auto* number = accuracy ? accuracy->as<double>() : nullptr)
        words << ExportRunner::tr("validation accuracy %1").arg(*number, 0, 'f', 3);
    words << ExportRunner::tr("of %1").arg(changedText(there));
    words.removeAll(QString());
    words.removeDuplicates(); // a run that is called "not trained"
    return words.join(", ");
}

} // namespace

ExportRunner::ExportRunner(Session& session, ExportView* view, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_store(RunStore::of(session))
    , m_view(view)
{
    view->installEventFilter(this);
    connect(&m_store, &RunStore::offerChanged, this, &ExportRunner::forget);
    connect(&session, &Session::documentChanged, this, &ExportRunner::forget);
    connect(&session, &Session::sourceChanged, this, &ExportRunner::forget);
    connect(&session, &Session::fileChanged, this, [this] {
        if (!m_targetEdited)
            m_view->setTarget(defaultTarget());
    });
    connect(&session, &Session::projectReplaced, this, [this] {
        m_targetEdited = false;
        m_written.clear();
        m_own.clear();
    });
    connect(view, &ExportView::targetEdited, this, [this] { m_targetEdited = true; });
    connect(view, &ExportView::writeRequested, this, &ExportRunner::write);
    connect(view, &ExportView::checkRequested, this, &ExportRunner::check);
    connect(view, &ExportView::cancelRequested, this, &ExportRunner::cancel);
    view->setTarget(defaultTarget());
}

bool ExportRunner::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Show && !m_planned && !m_busy)
        plan();
    return QObject::eventFilter(watched, event);
}

void ExportRunner::forget()
{
    m_planned = false;
    if (m_view->isVisible() && !m_busy)
        plan();
}

QString ExportRunner::defaultTarget() const
{
    const QString stem = QFileInfo(m_session.displayName()).completeBaseName();
    const QString folder = m_session.path().isEmpty() ? QDir::homePath()
                                                      : QFileInfo(m_session.path()).path();
    return QDir(folder).filePath((stem.isEmpty() ? QString("model") : stem) + ".bundle");
}

QString ExportRunner::subtitle(const ModelOffer& offer) const
{
    QString text = m_session.displayName() + ", " + offer.name;
    if (std::isfinite(offer.accuracy) && offer.weights)
        text += tr(", validation accuracy %1").arg(offer.accuracy, 0, 'f', 3);
    if (offer.edited)
        text += tr("; what was edited since is not in it");
    return text;
}

BundleRequest ExportRunner::requestOf(const ModelOffer& offer) const
{
    BundleRequest request;
    request.source = offer.heldOut ? offer.heldOut : offer.data;
    request.name = QFileInfo(m_session.displayName()).completeBaseName().toStdString();
    ConfigObject provenance{{"project", m_session.displayName().toStdString()},
                            {"run", offer.name.toStdString()},
                            {"weights", offer.weights ? "trained" : "initial"}};
    if (std::isfinite(offer.accuracy) && offer.weights)
        provenance.emplace("validation_accuracy", offer.accuracy);
    request.provenance = std::move(provenance);
    return request;
}

template <typename Then> void ExportRunner::mail(std::uint64_t job, Then then)
{
    QMetaObject::invokeMethod(
        this,
        [this, job, then = std::move(then)] {
            if (job != m_current)
                return; // of a job that was cancelled or replaced
            m_busy = false;
            then();
            Q_EMIT finished();
            if (!m_planned && m_view->isVisible())
                plan();
        },
        Qt::QueuedConnection);
}

void ExportRunner::run(const QString& what, Work work)
{
    const std::uint64_t number = ++m_current;
    m_busy = true;
    m_view->setWorking(what);
    m_job.start([this, number, work = std::move(work)](std::stop_token stop) {
        JobContext job;
        job.stop = stop;
        job.onProgress = [this, number](const Progress& progress) {
            QMetaObject::invokeMethod(
                this,
                [this, number, progress] {
                    if (number == m_current)
                        m_view->setProgress(progress);
                },
                Qt::QueuedConnection);
        };
        try { // the thread's root
            work(job);
        } catch (const std::exception& problem) {
            mail(number, [this, words = std::string(problem.what())] {
                showFailure({ErrorCode::Internal, "export", {LB_TR("Error", "failed: %1"), {words}}});
            });
        }
    });
}

void ExportRunner::plan()
{
    m_planned = true;
    m_plan.reset();
    const auto errors = std::ranges::count(m_session.analysis().problems, Severity::Error,
                                           &Problem::severity);
    const ModelOffer offer = m_store.offer();
    if (!offer.data && !m_session.sourceError().isEmpty())
        return m_view->setImpossible(m_session.sourceError());
    if (errors > 0 && !offer.weights)
        return m_view->setImpossible(
            tr("%n problem(s) must be solved first; see Problems in Design.", nullptr,
               static_cast<int>(errors)));
    if (!offer.data)
        return m_view->setImpossible(tr("The data are still being opened."));
    BundleRequest request = requestOf(offer);
    run(tr("Planning"), [this, offer, request, number = m_current + 1](const JobContext& job) mutable {
        auto model = preparedOffer(offer, m_session.registry(), job);
        if (!model.ok())
            return mail(number, [this, error = model.error()] {
                m_view->setImpossible(translated(error));
            });
        request.model = std::move(model.value());
        auto report = plannedBundle(request, m_session.registry());
        mail(number, [this, report, offer] {
            if (report.ok())
                showPlan(report.value(), offer);
            else
                m_view->setImpossible(translated(report.error()));
        });
    });
}

void ExportRunner::showPlan(const ExportReport& report, const ModelOffer& offer)
{
    m_plan = report;
    m_view->setPlan(report, exportSteps(*offer.document, report), subtitle(offer));
}

void ExportRunner::showFailure(const Error& error)
{
    if (error.code == ErrorCode::Cancelled)
        m_view->setIdle();
    else
        m_view->setRefused(error);
}

/// Whether a model may be written there; says why not.
bool ExportRunner::mayWrite(const QString& path)
{
    const Result<> other = m_session.path().isEmpty()
        ? Result<>(std::monostate{})
        : checkNotOwnFile(filesOf(m_session.document(), filePath(m_session.path())), filePath(path));
    if (!other.ok())
        m_view->setRefused(other.error());
    return other.ok();
}

/// Whether a bundle may take the place of what is there: of this session's own it may; else the
/// user is asked.
bool ExportRunner::mayReplace(const QString& path, const ModelOffer& offer)
{
    const QFileInfo there(path);
    const Result<Config> manifest = bundleManifest(filePath(path));
    if (!manifest.ok())
        return true; // nothing is lost: the export refuses to write over what is no bundle
    const auto own = m_own.find(there.absoluteFilePath());
    if (own != m_own.end() && own->second == checksumOf(manifest.value()))
        return true;
    QMessageBox box(QMessageBox::Warning, tr("Replace bundle"),
                    tr("Replace %1?").arg(there.fileName()), QMessageBox::Cancel,
                    m_view->window());
    box.setObjectName("replaceBundle");
    box.setInformativeText(tr("There: %1.\nInstead of it: %2.")
                               .arg(wordsOf(manifest.value(), there), subtitle(offer)));
    QPushButton* replace = box.addButton(tr("&Replace"), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.setEscapeButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == replace;
}

void ExportRunner::write(const QString& path)
{
    const ModelOffer offer = m_store.offer();
    if (!mayWrite(path) || !mayReplace(path, offer))
        return;
    BundleRequest request = requestOf(offer);
    request.target = filePath(path);
    run(tr("Writing and checking"),
        [this, offer, request, path, number = m_current + 1](const JobContext& job) mutable {
            auto model = preparedOffer(offer, m_session.registry(), job);
            if (!model.ok())
                return mail(number, [this, error = model.error()] { showFailure(error); });
            request.model = std::move(model.value());
            auto report = exportBundle(request, m_session.registry(), job);
            mail(number, [this, report, path, offer] {
                if (!report.ok())
                    return showFailure(report.error());
                m_store.setFiled(offer.weights);
                m_written = path;
                if (const auto manifest = bundleManifest(filePath(path)); manifest.ok())
                    m_own[QFileInfo(path).absoluteFilePath()] = checksumOf(manifest.value());
                m_view->setWritten(report.value(), path);
            });
        });
}

void ExportRunner::check()
{
    const ModelOffer offer = m_store.offer();
    BundleRequest request = requestOf(offer);
    run(tr("Checking"), [this, offer, request, number = m_current + 1](const JobContext& job) mutable {
        auto model = preparedOffer(offer, m_session.registry(), job);
        if (!model.ok())
            return mail(number, [this, error = model.error()] { showFailure(error); });
        request.model = std::move(model.value());
        const QTemporaryDir folder;
        request.target = filePath(folder.filePath("check.bundle"));
        auto report = exportBundle(request, m_session.registry(), job);
        mail(number, [this, report] {
            if (report.ok())
                m_view->setChecked(report.value());
            else
                showFailure(report.error());
        });
    });
}

void ExportRunner::writeFormat(ExportView::Format format, const QString& path)
{
    if (!mayWrite(path))
        return;
    const ModelOffer offer = m_store.offer();
    run(tr("Writing %1").arg(QFileInfo(path).fileName()),
        [this, offer, format, path, number = m_current + 1](const JobContext& job) {
            const Result<> done
                = writeOneFile(offer, format, filePath(path), m_session.registry(), job);
            mail(number, [this, done, path, format, weights = offer.weights] {
                if (!done.ok())
                    return showFailure(done.error());
                if (format == ExportView::Format::Keras || format == ExportView::Format::Onnx)
                    m_store.setFiled(weights); // code holds none
                m_view->setFileWritten(path);
            });
        });
}

void ExportRunner::cancel()
{
    m_job.stop();
    ++m_current; // whatever it still says is old
    m_busy = false;
    m_view->setIdle();
    Q_EMIT finished();
}

} // namespace lb
