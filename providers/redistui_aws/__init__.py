"""Pairs in AWS ElastiCache. The cloud owns their roles; verbs are API calls."""

from .provider import AwsProvider

__all__ = ["AwsProvider"]
