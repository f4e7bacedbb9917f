"""A video's way through the page, as its reader sees it."""

from __future__ import annotations

from pathlib import Path

from contract import keys
from contract.job import Stage
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything
from tests.frontend.steps import finish_video, measure_video, send_video, start_video


def test_video_goes_all_the_way_to_results(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = send_video(page, cloud, video)
    stored = cloud.uploaded(job_id)
    assert stored is not None
    assert stored.body == video.read_bytes()

    cloud.start(job_id)
    page.see("text=Analysing")
    cloud.report(job_id, Stage.POSE, 0.43)
    page.until("() => document.querySelector('progress').value === 0.43")
    assert "Find the body" in page.see("[aria-current=step]")
    assert page.evaluate("() => document.title").startswith("43\u00a0%")

    cloud.complete(job_id, everything(cloud, job_id))
    page.see("text=Time in zones")
    page.see_no(".progress")
    assert page.evaluate("() => document.title").startswith("Done")
    page.see("[role=status]:has-text('The results are ready')")
    page.until("() => document.querySelector('.player video').duration > 3.9")


def test_results_appear_as_they_come(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    measure_video(page, cloud, video)
    page.see("text=The measurements are ready")
    page.see(".zones")
    page.see(".timeline")
    page.see(".progress")
    assert page.evaluate("() => document.querySelector('.player video').hidden")


def test_zone_table_says_what_the_worker_measured(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    trunk = page.see(".zone-part[data-part=trunk]")
    assert "40° to 60°" in trunk
    assert "Not seen" in trunk
    assert "drawn back" in page.see(".zone-part[data-part=arm_left]")


def test_chart_and_video_follow_each_other(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    page.see(".timeline")
    page.until("() => document.querySelector('.player video').readyState >= 2")
    page.click(".timeline-slider")
    page.until("() => document.querySelector('.player video').currentTime > 1")
    page.press(".timeline-slider", "End")
    page.until("() => document.querySelector('.player video').currentTime > 3.8")
    page.press(".timeline-slider", "Home")
    page.until("() => document.querySelector('.player video').currentTime === 0")
    page.evaluate("() => document.querySelector('.player video').play()")
    page.until("() => Number(document.querySelector('.timeline-slider').getAttribute('aria-valuenow')) > 0.3")


def test_worst_moments_lead_into_the_video(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    told = {
        "nv361": ["Trunk bent forward 70°", "Arm raised, right 118°", "more than 60° held for 2.0 s, 65° on average",
                  "squatting 0.2 s without a break"],
        "iso11226": ["Trunk held for 2.0 s at 65°; at most 1.0 s"],
        "en1005_4": ["Upper arm, right moved to 118°, 12.0 times a minute: not acceptable"],
        "rula": ["Right side score 6 for 1.0 s"],
        "niosh": ["Lift of 15 kg lifting index 1.4"],
        "strasser": ["Something this page does not know yet: too much turning"],
    }  # fmt: skip
    for method, moments in told.items():
        shown = page.see(f".moments [data-method={method}]").replace("\u00a0", " ").replace("\n", " ")
        assert all(moment in shown for moment in moments), shown
        assert shown.count("0:0") == len(moments)
    page.see(".moments h3:has-text('strasser')")
    page.until("() => document.querySelector('.player video').readyState >= 2")
    page.click(".moment:has-text('Arm raised, right')")
    page.until("() => Math.abs(document.querySelector('.player video').currentTime - 2.25) < 0.05")


def test_status_is_read_from_storage_with_conditions_and_edge_is_not_polled(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    before = len([seen for seen in cloud.seen if seen.path.startswith("/api/")])
    looks = [seen for seen in cloud.seen if seen.path == f"/{keys.status(job_id)}"]
    for step in range(1, 4):
        cloud.report(job_id, Stage.POSE, step / 10)
        page.until(f"() => document.querySelector('progress').value === {step / 10}")
    assert any(seen.conditional for seen in cloud.seen if seen.path == f"/{keys.status(job_id)}")
    assert len([seen for seen in cloud.seen if seen.path == f"/{keys.status(job_id)}"]) > len(looks)
    assert len([seen for seen in cloud.seen if seen.path.startswith("/api/")]) == before


def test_options_reach_the_service(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#options > summary")
    page.click("#quality-high")
    page.click("#blur")
    page.click("#told > summary")
    page.fill("#told-person-height_m", "182")
    job_id = send_video(page, cloud, video)
    options = cloud.options[job_id].options
    assert (options.quality, options.inputs.person.height_m, options.blur_faces) == ("high", 1.82, False)
    assert options.language == "en"


def test_reload_finds_the_job_again_and_the_address_holds_no_token(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    assert page.evaluate("() => location.hash") == f"#{job_id}"
    page.reload()
    page.see("text=Analysing")
    cloud.complete(job_id, everything(cloud, job_id))
    page.see("text=Time in zones")
    page.goto(cloud.url + "/")
    assert "lifting boxes.mp4" in page.see(".recent-row")
    assert "Done" in page.see(".recent-row")
    page.click(".recent-row a")
    page.see("text=Time in zones")


def test_job_can_be_stopped_started_again_and_deleted(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.click("text=Stop the analysis")
    page.see("text=The analysis was cancelled")
    page.click("text=Start again")
    page.see("text=Waiting for a free computer")
    assert cloud.status(job_id).attempt == 2
    page.click("text=/^Delete$/")
    page.click("text=Delete for good")
    page.see("text=Choose a video")
    assert cloud.status(job_id).state == "deleted"
    assert page.evaluate("() => document.querySelectorAll('.recent-row').length") == 0


def test_nothing_moves_under_the_reader_s_eyes_when_the_video_comes(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    job_id, _ = measure_video(page, cloud, video)
    page.see(".timeline-slider")
    assert "being made" in page.see(".panel-video")
    page.evaluate("() => document.querySelector('[data-part=arm_left]').scrollIntoView({ block: 'center' })")
    top = "() => document.querySelector('[data-part=arm_left]').getBoundingClientRect().top"
    before = page.evaluate(top)
    cloud.complete(job_id, everything(cloud, job_id))
    page.until("() => document.querySelector('.player video').readyState >= 2")
    page.see_no(".video-place")
    assert abs(page.evaluate(top) - before) < 5


def test_analysis_leaves_the_list_only_after_a_question(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = send_video(page, cloud, video)
    page.goto(cloud.url + "/")
    page.click(".recent-row > button")
    assert "Nobody can then open or delete the analysis lifting boxes.mp4" in page.see("dialog")
    assert page.audit() == []
    page.click("text=Keep it")
    page.see_no("dialog")
    page.see(".recent-row")
    page.click(".recent-row > button")
    page.click("text=Remove from the list")
    page.see_no(".recent")
    assert cloud.status(job_id).state != "deleted"
    page.reload()
    page.see("text=Drop a video here")
    page.see_no(".recent")


def test_every_analysis_of_a_busy_device_stays_within_reach(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = send_video(page, cloud, video)
    page.evaluate("""() => {
      const [first] = JSON.parse(localStorage.getItem("poloha.jobs"));
      const later = Array.from({ length: 25 }, (_, index) =>
        ({ ...first, id: String(index).padStart(22, "0"), createdAt: "2100-01-01T00:00:00Z", state: "completed" }));
      localStorage.setItem("poloha.jobs", JSON.stringify([...later, first]));
    }""")
    page.goto(cloud.url + "/")
    page.reload()
    assert (
        page.evaluate("() => [...document.querySelectorAll('.recent-row')].filter((r) => r.checkVisibility()).length")
        == 20
    )
    page.click(".recent-older > summary")
    assert page.audit() == []
    page.click(f".recent-older [href='#{job_id}']")
    page.see("text=/^Uploaded$/")


def test_list_of_recent_jobs_tells_what_happened_meanwhile(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    page.click("text=New analysis")
    page.see("text=Drop a video here")
    cloud.complete(job_id, everything(cloud, job_id))
    page.reload()
    page.see(".recent-row >> text=Done")
