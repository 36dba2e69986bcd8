import React from 'react';
import Root from '@theme-original/Root';
import AskDocs from '@site/src/components/AskDocs/AskDocs';

export default function RootWithAskDocs({children}) {
  return (
    <Root>
      {children}
      <AskDocs />
    </Root>
  );
}
