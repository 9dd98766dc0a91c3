"""Every row of docs/reliability.md has a test that plays it."""

import ast
import itertools
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reliability.md"
HTTP, SIMPLE, LOGINS = "indexes/test_http.py", "indexes/test_simple.py", "indexes/test_logins.py"
INDEX, KEPT, VERSIONS = "indexes/test_simple_index.py", "indexes/test_kept_pages.py", "enrichers/test_versions.py"
METADATA, ARCHIVES, BOMBS = "indexes/test_metadata.py", "indexes/test_archives.py", "indexes/test_archive_bombs.py"
FILES, BUILDS, WEAK = "enrichers/test_files.py", "enrichers/test_build_systems.py", "enrichers/test_weak_hashes.py"
LINKS, ANCHORS = "enrichers/test_links.py", "indexes/test_anchors.py"
CACHE, GIT, CONFIGURATION = "indexes/test_cache.py", "indexes/test_git.py", "indexes/test_configuration.py"

PLAYED = {
    "408, 429, 500, 502, 503, 504": (
        f"{HTTP}::test_what_can_pass_is_asked_again",
        f"{HTTP}::test_what_does_not_pass_is_a_fault",
    ),
    "429 or 503 that wants us to wait for more than 60 seconds": (f"{HTTP}::test_nobody_waits_for_an_hour",),
    "`Retry-After` that is neither seconds nor a date": (f"{HTTP}::test_what_can_pass_is_asked_again",),
    "connection reset, or nobody listens": (
        f"{HTTP}::test_what_can_pass_is_asked_again",
        f"{HTTP}::test_nobody_listens",
    ),
    "no connection within 10 seconds, no further byte within 30": (
        f"{HTTP}::test_nobody_takes_the_connection",
        f"{HTTP}::test_silence_times_out",
    ),
    "a body shorter than promised, a chunked answer without its end, compression that is broken": (
        f"{HTTP}::test_a_file_that_breaks_off_is_read_again_from_its_beginning",
        f"{HTTP}::test_chunked_answers_are_whole_or_a_fault",
        f"{HTTP}::test_what_can_pass_is_asked_again",
    ),
    "a slow drip: below 1 kB per second after 60 seconds": (f"{HTTP}::test_slow_drip_is_given_up",),
    "a page larger than 64 MB, also one that never ends": (f"{HTTP}::test_page_too_large",),
    "a file that goes on after what was wanted of it": (f"{HTTP}::test_nothing_more_is_downloaded_than_is_looked_at",),
    "a file sent with `Content-Encoding: gzip`": (f"{HTTP}::test_a_file_is_read_as_it_lies_there",),
    "a metadata file that an index promises beside a file (PEP 658) is refused, not there, or none "
    "(401, 403, 404, a login page)": (f"{METADATA}::test_beside_promised_and_not_there",),
    "the server fails at it (500, 503, a reset, a broken answer)": (
        f"{METADATA}::test_beside_at_the_second_time",
        f"{METADATA}::test_beside_that_fails_is_asked_for_once_and_does_no_harm",
        f"{METADATA}::test_nobody_is_there_for_what_lies_beside",
    ),
    "such a file has another hash than its index says": (f"{METADATA}::test_beside_with_another_hash",),
    "a host that did not answer 8 questions": (f"{HTTP}::test_a_host_that_never_answers_is_given_up",),
    "404 or 410 for a project": (
        f"{HTTP}::test_what_is_not_there_is_none_for_a_page_and_a_fault_for_a_file",
        f"{FILES}::test_extra_index_is_asked_only_for_what_the_default_does_not_have_at_all",
    ),
    "404 or 410 for a file": (f"{HTTP}::test_what_is_not_there_is_none_for_a_page_and_a_fault_for_a_file",),
    "401, 403": (
        f"{HTTP}::test_refusals_are_not_asked_again",
        f"{LOGINS}::test_keyring_is_asked_once_and_only_after_a_refusal",
    ),
    "other refusals (400, 451, …)": (
        f"{HTTP}::test_refusals_are_not_asked_again",
        f"{HTTP}::test_reason_of_a_server_is_not_repeated",
    ),
    "redirects to another path or host": (
        f"{HTTP}::test_redirect_gives_the_last_address",
        f"{HTTP}::test_login_reaches_its_own_host_only",
        f"{INDEX}::test_relative_addresses_are_those_of_the_last_redirect",
    ),
    "redirects without end": (f"{HTTP}::test_endless_redirects",),
    "a redirect to something other than http and https": (f"{HTTP}::test_redirects_lead_nowhere_else",),
    "a redirect with a huge body": (f"{HTTP}::test_body_of_a_redirect_is_not_read",),
    "a certificate that nobody vouches for": (f"{LOGINS}::test_certificates_of_option_and_environment",),
    "`--cert`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE`": (
        f"{LOGINS}::test_certificates_of_option_and_environment",
    ),
    "`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in small letters too": (
        f"{LOGINS}::test_proxy_of_the_environment",
        f"{LOGINS}::test_proxy_for_tls_is_asked_for_a_tunnel",
        f"{LOGINS}::test_hosts_without_the_proxy",
        f"{LOGINS}::test_proxy_that_is_not_there",
    ),
    "a page that is neither JSON nor HTML, broken JSON, another major version of the simple API": (
        f"{INDEX}::test_neither_form",
        f"{SIMPLE}::test_malformed_json",
        f"{SIMPLE}::test_newer_major_version_is_refused",
    ),
    "HTML for everything, relative addresses, `<base>`": (
        f"{INDEX}::test_both_forms_by_content_type",
        f"{SIMPLE}::test_addresses",
    ),
    "HTML that is made to harm: what is never closed, a million `<`, tags in tags, endless numbers of characters": (
        f"{ANCHORS}::test_pages_made_to_harm_come_to_an_end",
        f"{ANCHORS}::test_anchors_are_those_that_the_standard_sees",
    ),
    "addresses of files that are not on the web, file names that hide a path": (
        f"{SIMPLE}::test_what_is_no_file_is_passed_over",
        f"{SIMPLE}::test_hostile_file_names_of_json_are_passed_over",
        f"{INDEX}::test_login_of_the_index_is_not_in_addresses",
    ),
    "a password or token in an address, whatever fails": (
        f"{HTTP}::test_secrets_are_in_no_message",
        f"{GIT}::test_secrets_are_in_no_message",
        "cli/test_private_index.py::test_refusal_names_packages_and_no_secret",
    ),
    "a git repository that is not there, wants a password, or has not that revision": (
        f"{GIT}::test_missing_repository_and_folder",
        f"{GIT}::test_missing_revision",
        f"{GIT}::test_repository_that_wants_a_password",
    ),
    "an address of git that is an option or would run a command; hooks, filters and submodules of a repository": (
        f"{GIT}::test_addresses_that_would_be_options_or_commands",
        f"{GIT}::test_nothing_of_the_repository_is_run",
    ),
    "Ctrl-C": (
        "indexes/test_parallel.py::test_interrupted_process_ends_although_servers_are_silent",
        "cli/test_terminal.py::test_interrupt_ends_it_at_once_and_writes_nothing",
    ),
    "`--offline`": ("enrichers/test_enrich.py::test_offline_opens_no_socket",),
    "a file is not listed (any more), or has another hash": (f"{FILES}::test_one_fault_for_all_contradictions",),
    "a file is listed twice": (f"{FILES}::test_file_that_is_listed_twice",),
    "the address of an index ends in `.html`: one flat page": (
        f"{FILES}::test_index_that_is_one_flat_page",
        "indexes/test_find_links.py::test_index_of_one_page_is_asked_once_by_all_who_wait",
        "indexes/test_find_links.py::test_page_that_cannot_be_had_is_the_fault_of_each_project",
    ),
    "a version alone, and the default index knows the project but has no file of that version": (
        f"{VERSIONS}::test_extra_index_is_asked_for_a_version_of_which_the_default_has_no_file",
        f"{VERSIONS}::test_extra_index_that_fails_could_have_had_the_version",
    ),
    "a page of `--find-links` cannot be had": (f"{LINKS}::test_page_that_cannot_be_had_is_a_fault",),
    "a place of `--find-links` on disk is not there": (
        f"{LINKS}::test_place_that_is_not_there_is_a_notice",
        "indexes/test_find_links.py::test_what_is_no_place",
        "indexes/test_find_links.py::test_page_on_disk_without_end",
    ),
    "`--no-index`, and no place has the file": (
        f"{LINKS}::test_without_indexes_only_links_count",
        f"{LINKS}::test_what_an_index_said_before_is_not_remembered_without_indexes",
    ),
    "a file is yanked": (f"{FILES}::test_yanked_file_is_a_notice",),
    "md5 or sha1 alone in the lock": (
        f"{WEAK}::test_file_is_held_against_the_weak_hash",
        f"{WEAK}::test_page_with_both_hashes_will_do",
        "cli/test_weak_hashes.py::test_md5_is_checked_once_and_sha256_pinned",
    ),
    "the same with `--offline` and nothing known": (
        f"{WEAK}::test_offline_the_weak_hash_stays_and_is_said",
        "cli/test_weak_hashes.py::test_offline_nix_itself_holds_the_file_against_md5",
    ),
    "a file that has another md5 or sha1 than the lock says": (
        f"{WEAK}::test_one_fault_names_packages_and_both_hashes",
    ),
    "several algorithms in the lock": (
        f"{WEAK}::test_strong_hash_that_disagrees_is_not_outvoted_by_a_weak_one",
        f"{WEAK}::test_all_weak_hashes_of_the_lock_are_checked",
        "planner/test_plan.py::test_the_strongest_hash_is_taken",
    ),
    "no hash in the lock": (
        f"{FILES}::test_hash_of_the_index_where_the_lock_has_none",
        "enrichers/test_hashes.py::test_file_without_hash_is_downloaded_once",
    ),
    "a version alone in the lock, without files and hashes": (
        f"{VERSIONS}::test_all_files_of_the_version_and_no_others",
        f"{VERSIONS}::test_nobody_is_asked_while_the_answer_is_good",
        f"{VERSIONS}::test_later_files_of_a_version_are_found",
    ),
    "a page that was asked for before": (f"{KEPT}::test_what_has_not_changed_is_not_sent_again",),
    "a page behind a login, with a login in an address, of more than 8 MB, or with `no-store`": (
        f"{KEPT}::test_what_is_not_kept",
        f"{KEPT}::test_what_a_login_was_shown_is_not_kept",
        f"{KEPT}::test_nor_what_netrc_opened",
    ),
    "a kept page that somebody changed": (
        f"{KEPT}::test_tampered_page_says_no_more_than_an_index_can",
        f"{FILES}::test_page_that_was_tampered_with_is_refused_for_its_hash",
    ),
    "zeros without end in one file or in many: more than 400 times the size of what came, beyond the first 64 MB": (
        f"{BOMBS}::test_a_file_of_zeros",
        f"{BOMBS}::test_many_files_of_zeros",
        f"{ARCHIVES}::test_large_file_first_is_no_bomb",
    ),
    "more than 1 MB between two members (long names, headers of zeros)": (
        f"{BOMBS}::test_headers_of_zeros",
        f"{BOMBS}::test_one_piece_that_stands_for_a_gigabyte",
    ),
    "more than 100,000 members; a table of contents (`.zip`) over 8 MB or of more than 50,000": (
        f"{BOMBS}::test_endless_members",
        f"{BOMBS}::test_zip_with_a_huge_table_of_contents",
    ),
    "larger than 2 GB (`.tar`), 2048 MB (`.zip`)": (
        f"{BOMBS}::test_endless_archive",
        f"{BOMBS}::test_zip_that_never_ends",
    ),
    "a pyproject.toml, setup.cfg, setup.py or Cargo.lock larger than 1 MB": (
        f"{ARCHIVES}::test_huge_pyproject",
        f"{BOMBS}::test_zip_of_zeros",
    ),
    "one of these as a symbolic link, hard link, pipe or device": (
        f"{ARCHIVES}::test_pyproject_that_is_no_file",
        f"{ARCHIVES}::test_link_in_a_zip",
    ),
    "links elsewhere in the archive": (f"{ARCHIVES}::test_links_elsewhere_do_not_matter",),
    "an absolute path, or `..` in one": (f"{ARCHIVES}::test_paths_that_lead_out",),
    "the same file twice": (f"{ARCHIVES}::test_duplicates",),
    "a negative size, a sparse file of a terabyte": (
        f"{BOMBS}::test_negative_sizes",
        f"{BOMBS}::test_sparse_file",
    ),
    "broken or cut compression, an archive that is none (an HTML page, an empty file)": (
        f"{ARCHIVES}::test_truncated",
        f"{ARCHIVES}::test_flipped_bits",
        f"{ARCHIVES}::test_not_an_archive",
    ),
    "encrypted members, methods of `.zip` other than stored and deflated": (
        f"{ARCHIVES}::test_encrypted_and_exotic_zips",
    ),
    "several compressed streams one after the other, zeros at the end": (
        f"{ARCHIVES}::test_several_streams_and_padding",
    ),
    "a pyproject.toml that is no TOML, or no `[build-system]` as PEP 518 has it": (
        f"{ARCHIVES}::test_garbage_in_pyproject",
    ),
    "neither pyproject.toml nor setup.py": (f"{ARCHIVES}::test_neither_is_never_silently_setuptools",),
    "another archive than the lock's, or a damaged one, read to its end (legacy setuptools is known only there)": (
        f"{BUILDS}::test_legacy_is_believed_only_of_the_locked_archive",
        f"{BUILDS}::test_damage_that_looks_like_the_end_of_an_archive",
    ),
    "the same, left early because its build system was found": (
        f"{BUILDS}::test_what_an_archive_says_early_is_left_to_nix_to_check",
    ),
    "another wheel or sdist than the lock's, of which metadata were read": (
        f"{METADATA}::test_whole_wheel_with_another_hash",
        f"{METADATA}::test_that_nothing_is_required_is_believed_only_of_the_locked_archive",
    ),
    "more than 12 MB of files that say how it is built": (f"{ARCHIVES}::test_many_files_of_interest",),
    "an sdist, repository or folder that leaves its dependencies to its build": (
        "enrichers/test_edges.py::test_sdist_that_does_not_commit_itself",
        "enrichers/test_edges.py::test_folders_are_read_on_the_spot",
        "enrichers/test_edges.py::test_repositories_are_fetched_once_and_kept_by_revision",
    ),
    "a broken setup.cfg; a setup.py that computes its `setup_requires`": (
        f"{ARCHIVES}::test_broken_setup_cfg_requires_nothing",
        "indexes/test_setup_files.py::test_what_is_not_said_plainly",
    ),
    "the cache cannot be read or written, the disk is full, there is no home": (
        f"{CACHE}::test_folder_that_cannot_be_made_is_no_cache",
        f"{CACHE}::test_full_disk_leaves_nothing",
        f"{CACHE}::test_nobody_without_a_home_fails",
    ),
    "a process is killed while it writes an answer": (
        f"{CACHE}::test_killed_writer_leaves_no_half",
        "indexes/test_upkeep.py::test_what_killed_writers_left_goes_too",
    ),
    "several processes write, prune and clear at once": (
        f"{CACHE}::test_processes_do_not_disturb_each_other",
        "indexes/test_upkeep.py::test_processes_do_not_disturb_each_other",
    ),
    "an entry is of an older lock2nix that read less of setup.py, or found no dependencies": (
        f"{BUILDS}::test_legacy_that_an_older_reader_kept_is_read_again",
        "enrichers/test_edges.py::test_sdist_of_which_an_older_reader_knew_nothing_is_read_again",
    ),
    "an entry was tampered with": (
        f"{CACHE}::test_what_is_not_our_entry_is_a_miss",
        "enrichers/test_edges.py::test_spoilt_cache_answers_nothing",
    ),
    "a broken pip.conf or uv.toml, a variable that is no address": (
        f"{CONFIGURATION}::test_broken_files_are_named_and_not_repeated",
        f"{CONFIGURATION}::test_broken_variables_are_named_and_not_repeated",
    ),
}


def test_every_row_has_its_tests() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    heads = {before for before, line in itertools.pairwise(lines) if line.startswith("|---")}
    rows = [line for line in lines if line.startswith("| ") and line not in heads]
    assert [line.split(" | ")[0].removeprefix("| ") for line in rows] == list(PLAYED)


@pytest.mark.parametrize("name", sorted({name for names in PLAYED.values() for name in names}))
def test_its_tests_are_there(name: str) -> None:
    file, _, function = name.partition("::")
    assert function in _tests(file)


@cache
def _tests(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
