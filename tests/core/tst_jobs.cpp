#include "core/support/jobs.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <vector>

using namespace lb;

class TstJobs : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void tellsRateAndTimeLeft()
    {
        std::vector<Progress> heard;
        const JobContext job{.onProgress = [&](const Progress& p) { heard.push_back(p); }};
        const auto after
            = [&](int seconds) { return job.begin + std::chrono::seconds(seconds); };

        job.report(0, 100, after(0));
        job.report(25, 100, after(5));
        job.report(100, 100, after(10));
        job.report(60, 0, after(20)); // how many there will be is not known

        QCOMPARE(heard.size(), std::size_t{4});
        QCOMPARE(heard[0].rate, 0.0);
        QCOMPARE(heard[0].secondsLeft, 0.0);
        QCOMPARE(heard[1].rate, 5.0);
        QCOMPARE(heard[1].secondsLeft, 15.0); // 75 items at 5 a second
        QCOMPARE(heard[2].secondsLeft, 0.0);
        QCOMPARE(heard[3].rate, 3.0);
        QCOMPARE(heard[3].secondsLeft, 0.0);
    }

    void stopsWhenItIsAskedTo()
    {
        std::stop_source source;
        const JobContext job{.stop = source.get_token()};
        QVERIFY(!job.stopped());

        source.request_stop();

        QVERIFY(job.stopped());
        job.report(1, 2); // nobody listens
    }
};

LB_TEST(TstJobs)
#include "tst_jobs.moc"
