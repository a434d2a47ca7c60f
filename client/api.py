"""Every call of the public API, once, for both clients."""

import copy
from typing import Self

from client.calls import (
    access,
    analysis,
    audit,
    calibrations,
    enrollment,
    insight,
    investigation,
    jobs,
    policy,
    reviews,
)
from client.methods import BatchMethod, FeedMethod, ListMethod, Method, StreamMethod


class Calls:
    """The methods that `client.Sureface` and `client.AsyncSureface` share.

    All arguments are keywords, but for frames and people. Whatever the mesh refuses is raised as
    the `faces.errors.FaceError` that says why; the protos list which call may raise what.
    """

    deadline_s: float
    """How long each call may take."""

    def within(self, deadline_s: float) -> Self:
        """The same client, on the same channel, with another deadline.

        Example:
            >>> mesh.within(0.5).verify(...)
        """
        other = copy.copy(self)
        other.deadline_s = deadline_s
        return other

    verify = Method(access.verify)
    verify_photos = Method(access.verify_photos)
    identify = Method(access.identify)
    identify_stream = StreamMethod(access.identify_stream)

    search = Method(investigation.search)
    compare = Method(investigation.compare)
    list_reviews = ListMethod(reviews.list_reviews)
    open_review = Method(reviews.open_review)
    open_review_candidates = Method(reviews.open_review_candidates)
    submit_review = Method(reviews.submit_review)
    get_case = Method(reviews.get_case)

    submit_job = Method(jobs.submit_job)
    get_job = Method(jobs.get_job)
    list_jobs = ListMethod(jobs.list_jobs)
    watch_job = FeedMethod(jobs.watch_job)
    cancel_job = Method(jobs.cancel_job)
    open_job_reviews = Method(jobs.open_job_reviews)

    create_collection = Method(enrollment.create_collection)
    get_collection = Method(enrollment.get_collection)
    list_collections = ListMethod(enrollment.list_collections)
    delete_collection = Method(enrollment.delete_collection)
    enroll_person = Method(enrollment.enroll_person)
    batch_enroll = BatchMethod(enrollment.batch_enroll)
    list_persons = ListMethod(enrollment.list_persons)
    get_person = Method(enrollment.get_person)
    delete_person = Method(enrollment.delete_person)

    detect_faces = Method(analysis.detect_faces)
    extract = Method(analysis.extract)

    list_policies = ListMethod(policy.list_policies)
    get_policy = Method(policy.get_policy)
    explain_decision = Method(policy.explain_decision)
    list_policy_periods = ListMethod(policy.list_policy_periods)
    get_policy_table = Method(policy.get_policy_table)
    simulate_policy = Method(policy.simulate_policy)
    list_calibration_periods = ListMethod(calibrations.list_calibration_periods)
    get_calibration = Method(calibrations.get_calibration)

    export_records = FeedMethod(audit.export_records)

    summarize_cameras = Method(insight.summarize_cameras)
